using System.Collections.Immutable;
using Orleans.Mmu.Costs.AddressSpaces;

namespace Orleans.Mmu.Costs.TlbMisses;

/// <summary>The misses and walks of a trace in one configuration.</summary>
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

    /// <summary>All counts as one list, for transport.</summary>
    public ImmutableArray<long> Numbers => [Unmapped, .. Rows.SelectMany(r => r)];

    private long[][] Rows => [_instructionMisses, _dataMisses, _walks, _fetches, _sources];

    /// <summary>Restores counts from <see cref="Numbers"/>.</summary>
    /// <exception cref="ArgumentException">The list has the wrong length or values.</exception>
    public static MissCounts Of(ImmutableArray<long> numbers)
    {
        var counts = new MissCounts();
        int at = 1;
        if (numbers.Length != 1 + counts.Rows.Sum(r => r.Length))
            throw new ArgumentException($"{numbers.Length} numbers are no counts", nameof(numbers));
        counts.Unmapped = numbers[0];
        foreach (long[] row in counts.Rows)
        {
            numbers.CopyTo(at, row, 0, row.Length);
            at += row.Length;
        }

        return counts;
    }

    /// <summary>L1 misses of instruction fetches.</summary>
    public long InstructionMisses => _instructionMisses.Sum();

    /// <summary>L1 misses of loads and stores.</summary>
    public long DataMisses => _dataMisses.Sum();

    /// <summary>All L1 misses.</summary>
    public long L1Misses => InstructionMisses + DataMisses;

    /// <summary>Misses of the last-level TLB.</summary>
    public long Walks => _walks.Sum();

    /// <summary>L1 misses on kernel addresses.</summary>
    public long KernelL1Misses => L1Misses - L1MissesIn(KernelRegion.User);

    /// <summary>Walks for kernel addresses.</summary>
    public long KernelWalks => Walks - WalksIn(KernelRegion.User);

    /// <summary>Descriptors that all walks read.</summary>
    public long Fetches => _fetches.Sum();

    /// <summary>L1 misses on pages of the linear map that the mapping does not map.</summary>
    public long Unmapped { get; private set; }

    public long L1MissesIn(KernelRegion region) => _instructionMisses[(int)region] + _dataMisses[(int)region];

    public long WalksIn(KernelRegion region) => _walks[(int)region];

    /// <summary>Descriptors of a level that walks read.</summary>
    public long FetchesAt(int level) => _fetches[level];

    /// <summary>Descriptors that came from a cache level or from memory.</summary>
    public long FetchesFrom(DescriptorSource source) => _sources[(int)source];

    internal void CountL1(MappedPage page, bool isData)
    {
        (isData ? _dataMisses : _instructionMisses)[(int)page.Region]++;
        Unmapped += page.IsMapped ? 0 : 1;
    }

    internal void CountWalk(KernelRegion region) => _walks[(int)region]++;

    internal void CountFetch(int level) => _fetches[level]++;

    internal void CountSource(DescriptorSource source) => _sources[(int)source]++;

    internal void Clear()
    {
        Unmapped = 0;
        foreach (long[] row in Rows)
            Array.Clear(row);
    }
}

/// <summary>Where a walk finds a descriptor.</summary>
public enum DescriptorSource
{
    SecondLevel,
    LastLevel,
    Memory,
}
