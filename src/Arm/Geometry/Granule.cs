namespace Orleans.Mmu.Arm.Geometry;

/// <summary>A translation granule: the size of a page and of a translation table. VMSAv8-64 has three.</summary>
public sealed class Granule
{
    private Granule(string name, int pageShift, int contiguousLevel3, int contiguousLevel2)
    {
        Name = name;
        PageShift = pageShift;
        _contiguousLevel3 = contiguousLevel3;
        _contiguousLevel2 = contiguousLevel2;
    }

    private readonly int _contiguousLevel3;
    private readonly int _contiguousLevel2;

    public static Granule K4 { get; } = new("4K", 12, 16, 16);
    public static Granule K16 { get; } = new("16K", 14, 128, 32);
    public static Granule K64 { get; } = new("64K", 16, 32, 32);

    public static IReadOnlyList<Granule> All { get; } = [K4, K16, K64];

    /// <summary>"4K", "16K" or "64K".</summary>
    public string Name { get; }

    public int PageShift { get; }

    /// <summary>The size of a page in bytes, which is also the size of a full table.</summary>
    public ulong PageSize => 1UL << PageShift;

    /// <summary>The bits of address that one full level resolves: 9, 11 or 13.</summary>
    public int IndexBits => PageShift - 3;

    public int EntriesPerTable => 1 << IndexBits;

    /// <summary>
    /// The number of members of a contiguous group at a level (DDI0487 "Contiguous bit" tables); 1 where the bit has no
    /// meaning.
    /// </summary>
    public int ContiguousEntries(Level level) => level.Number switch
    {
        3 => _contiguousLevel3,
        2 => _contiguousLevel2,
        1 when PageShift == 12 => 16,
        _ => 1,
    };

    public static bool TryParse(string? name, out Granule granule)
    {
        granule = K4;
        foreach (var candidate in All)
        {
            if (string.Equals(candidate.Name, name, StringComparison.Ordinal))
            {
                granule = candidate;
                return true;
            }
        }

        return false;
    }

    public override string ToString() => Name;
}
