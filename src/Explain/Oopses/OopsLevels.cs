using System.Collections.Immutable;
using Orleans.Mmu.Arm.Geometry;

namespace Orleans.Mmu.Explain.Oopses;

/// <summary>An entry of an oops with the level at which the CPU reads it.</summary>
internal readonly record struct OopsLevel(OopsEntry Entry, Level Level);

/// <summary>
/// From Linux's names of levels to the architecture's. Linux prints five names on every machine; where the tables have
/// fewer levels, it prints the root's entry again.
/// </summary>
internal static class OopsLevels
{
    /// <summary>The entries of distinct levels, from the root downwards.</summary>
    public static ImmutableArray<OopsLevel> Of(ImmutableArray<OopsEntry> walk, TranslationGeometry geometry)
    {
        var levels = ImmutableArray.CreateBuilder<OopsLevel>();
        foreach (var entry in walk)
        {
            var level = LevelOf(entry.Name, geometry);
            if (levels.Count == 0 || level > levels[^1].Level)
                levels.Add(new(entry, level));
        }

        return levels.ToImmutable();
    }

    private static Level LevelOf(string name, TranslationGeometry geometry) => name switch
    {
        "pte" => Level.L3,
        "pmd" => Level.L2,
        "pud" => Level.L1,
        "p4d" => Level.L0,
        _ => geometry.StartLevel,
    };
}
