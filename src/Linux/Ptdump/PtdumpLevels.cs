using Orleans.Mmu.Arm.Geometry;

namespace Orleans.Mmu.Linux.Ptdump;

/// <summary>The names that ptdump gives to levels, and the levels that they stand for.</summary>
public static class PtdumpLevels
{
    /// <summary>The position of PMD among the names.</summary>
    public const int Pmd = 3;

    /// <summary>The position of PTE among the names.</summary>
    public const int Pte = 4;

    /// <summary>The names, from the root downwards.</summary>
    public static IReadOnlyList<string> Names { get; } = ["PGD", "P4D", "PUD", "PMD", "PTE"];

    /// <summary>The position of a name; -1 for another word.</summary>
    public static int IndexOf(ReadOnlySpan<byte> word)
    {
        if (word.Length != 3 || word[0] != 'P')
            return -1;
        return (word[1], word[2]) switch
        {
            ((byte)'T', (byte)'E') => Pte,
            ((byte)'M', (byte)'D') => Pmd,
            ((byte)'U', (byte)'D') => 2,
            ((byte)'4', (byte)'D') => 1,
            ((byte)'G', (byte)'D') => 0,
            _ => -1,
        };
    }

    /// <summary>The level that a name stands for; null where the geometry has no such level.</summary>
    /// <param name="name">The position of the name.</param>
    /// <param name="hole">Whether nothing is mapped; a leaf needs a level that can hold one.</param>
    public static Level? LevelOf(TranslationGeometry geometry, int name, bool hole)
    {
        for (var level = geometry.StartLevel; ; level = level.Next)
        {
            bool can = hole || level.IsLast || geometry.AllowsBlock(level);
            if (can && PtdumpFields.LevelName(geometry, level, hole) == Names[name])
                return level;
            if (level.IsLast)
                return null;
        }
    }
}
