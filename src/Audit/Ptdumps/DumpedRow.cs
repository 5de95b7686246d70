namespace Orleans.Mmu.Audit.Ptdumps;

/// <summary>A row of a ptdump, before the granule is known.</summary>
/// <param name="Start">The first address.</param>
/// <param name="End">The first address behind; 0 for 2^64.</param>
/// <param name="Bits">
/// The bits that the row shows, at their positions in a descriptor; 0 where nothing is mapped.
/// </param>
/// <param name="Line">The line in the text, from 1.</param>
/// <param name="Name">The level's name, by its position in <see cref="LevelNames.All"/>.</param>
internal readonly record struct DumpedRow(ulong Start, ulong End, ulong Bits, int Line, byte Name)
{
    public bool IsHole => Bits == 0;

    public ulong Length => unchecked(End - Start);
}

/// <summary>The names that ptdump gives to levels.</summary>
internal static class LevelNames
{
    public static string[] All { get; } = ["PGD", "P4D", "PUD", "PMD", "PTE"];

    public const int Pmd = 3;
    public const int Pte = 4;

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
}
