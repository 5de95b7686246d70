using Orleans.Mmu.Arm.TlbHierarchies;
using Orleans.Mmu.Arm.Tlbs;
using Orleans.Mmu.Costs.AddressSpaces;
using Orleans.Mmu.Costs.Stacks;

namespace Orleans.Mmu.Costs.TlbMisses;

/// <summary>What a CPU has behind its L1 TLBs: the L2 TLB, walk caches, and caches for descriptors.</summary>
internal sealed class TracedCpu
{
    // This object, its sets, and the arrays' own heads, rounded up.
    private const int FixedBytes = 1024;

    private readonly LruSets? _second;
    private readonly EntrySizes _secondSizes;
    private readonly LruSets? _sharedWalks;
    private readonly LruSets?[] _walks;
    private readonly LruSets? _secondLevel;
    private readonly LruSets? _lastLevel;
    private readonly int _pageLog2;
    private readonly int _startLevel;

    public TracedCpu(TlbConfiguration configuration)
    {
        var tlbs = configuration.Tlbs;
        _second = tlbs.Second is { } second ? new(second) : null;
        _secondSizes = tlbs.SecondSizes;
        _sharedWalks = tlbs.Walks.Shared is { } shared ? new(shared) : null;
        _walks = [.. tlbs.Walks.ByLevel.Select(g => g is null ? null : new LruSets(g))];
        if (configuration.Descriptors is { } caches)
            (_secondLevel, _lastLevel) = (Cache(caches.SecondLevelLines), Cache(caches.LastLevelLines));
        _pageLog2 = configuration.Mapping.Linear.PageLog2;
        // 48-bit addresses: walks start at level 0 on 4K and 16K pages, at level 1 on 64K.
        _startLevel = LevelOf(47);
    }

    /// <summary>Bytes that a CPU of this configuration takes.</summary>
    public static long BytesOf(TlbConfiguration configuration)
    {
        var tlbs = configuration.Tlbs;
        long entries = (tlbs.Second?.Entries ?? 0) + (tlbs.Walks.Shared?.Entries ?? 0)
            + tlbs.Walks.ByLevel.Sum(g => (long)(g?.Entries ?? 0))
            + (configuration.Descriptors is { } caches ? (long)caches.SecondLevelLines + caches.LastLevelLines : 0);
        return FixedBytes + sizeof(ulong) * entries;
    }

    /// <summary>Handles an L1 miss: looks the L2 TLB up and walks the tables if it misses.</summary>
    public void Miss(MappedPage page, MissCounts counts)
    {
        int piece = _secondSizes.Piece(page.Log2);
        ulong key = page.Key(piece);
        if (_second is not null && _second.Use(key, key >> 6))
            return;
        counts.CountWalk(page.Region);
        int leaf = LevelOf(page.Log2);
        for (int level = FirstRead(page, leaf); level <= leaf; level++)
        {
            counts.CountFetch(level);
            if (_secondLevel is not null)
                counts.CountSource(SourceOf(page, level));
        }
    }

    // A cache of this many lines in 16 ways, with at least one set.
    private static LruSets Cache(int lines) => new(TlbGeometry.Create(Math.Max(lines / 16, 1) * 16, 16));

    private int LevelOf(int log2) => 3 - (log2 - _pageLog2) / (_pageLog2 - 3);

    // The index of a page's descriptor among all descriptors of a level.
    private ulong Descriptor(MappedPage page, int level) =>
        page.ScatteredPage >> (_pageLog2 - PageSizes.MinLog2 + (3 - level) * (_pageLog2 - 3));

    // The level of the first descriptor that a walk reads: below the deepest cached table entry.
    private int FirstRead(MappedPage page, int leaf)
    {
        int first = _startLevel;
        for (int level = leaf - 1; level >= _startLevel; level--)
        {
            ulong number = Descriptor(page, level);
            if (_sharedWalks is not null
                ? _sharedWalks.Use((number << 6) | (uint)level, number) : _walks[level]?.Use(number, number) == true)
            {
                first = level + 1;
                break;
            }
        }

        return first;
    }

    private DescriptorSource SourceOf(MappedPage page, int level)
    {
        // A cache line holds eight descriptors of eight bytes.
        ulong line = Descriptor(page, level) >> 3;
        ulong key = (line << 6) | (uint)level;
        bool isNear = _secondLevel!.Use(key, line);
        bool isFar = _lastLevel!.Use(key, line);
        return isNear ? DescriptorSource.SecondLevel : isFar ? DescriptorSource.LastLevel : DescriptorSource.Memory;
    }
}
