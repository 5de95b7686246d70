using Orleans.Mmu.Linux;

namespace Orleans.Mmu.Checking;

/// <summary>What a trace did in one configuration.</summary>
public sealed class MissCounts
{
    private const int Regions = (int)KernelRegion.Vmemmap + 1;

    private readonly long[] _instructionMisses = new long[Regions];
    private readonly long[] _dataMisses = new long[Regions];
    private readonly long[] _walks = new long[Regions];

    /// <summary>Descriptors that walks read, by level from 0.</summary>
    private readonly long[] _fetches = new long[4];

    /// <summary>Descriptors that came from a CPU's L2 cache, from the last-level cache, from memory.</summary>
    private readonly long[] _sources = new long[3];

    /// <summary>L1 misses of instruction fetches.</summary>
    public long InstructionMisses => _instructionMisses.Sum();

    /// <summary>L1 misses of loads and stores.</summary>
    public long DataMisses => _dataMisses.Sum();

    /// <summary>All L1 misses.</summary>
    public long L1Misses => InstructionMisses + DataMisses;

    /// <summary>Misses of the last TLB.</summary>
    public long Walks => _walks.Sum();

    /// <summary>L1 misses on addresses that are not user space's.</summary>
    public long KernelL1Misses => L1Misses - L1MissesIn(KernelRegion.User);

    /// <summary>Walks for addresses that are not user space's.</summary>
    public long KernelWalks => Walks - WalksIn(KernelRegion.User);

    /// <summary>Descriptors that all walks read.</summary>
    public long Fetches => _fetches.Sum();

    /// <summary>Asked for pages of the linear map that the mapping does not map.</summary>
    public long Unmapped { get; internal set; }

    public long L1MissesIn(KernelRegion region) => _instructionMisses[(int)region] + _dataMisses[(int)region];

    public long WalksIn(KernelRegion region) => _walks[(int)region];

    /// <summary>Descriptors of a level that walks read.</summary>
    public long FetchesAt(int level) => _fetches[level];

    /// <summary>Descriptors that came from somewhere.</summary>
    public long FetchesFrom(DescriptorSource source) => _sources[(int)source];

    internal void CountL1(KernelRegion region, bool isData) => (isData ? _dataMisses : _instructionMisses)[(int)region]++;

    internal void CountWalk(KernelRegion region) => _walks[(int)region]++;

    internal void CountFetch(int level) => _fetches[level]++;

    internal void CountSource(DescriptorSource source) => _sources[(int)source]++;

    internal void Clear()
    {
        foreach (long[] counts in (long[][])[_instructionMisses, _dataMisses, _walks, _fetches, _sources])
            Array.Clear(counts);
    }
}

/// <summary>Where a walk found a descriptor.</summary>
public enum DescriptorSource
{
    SecondLevel,
    LastLevel,
    Memory,
}
