using Orleans.Mmu.Arm.TlbHierarchies;
using Orleans.Mmu.Costs.Machines;
using Orleans.Mmu.Costs.Parameters;
using Orleans.Mmu.Costs.TlbMisses;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Client.Results;

/// <summary>What the page is made from.</summary>
/// <param name="Studies">memcached over scatter, for each of the TLBs.</param>
/// <param name="Scatter">Where the first of them gives the published reduction.</param>
/// <param name="Cost">memcached at that scatter: pages, blocks of 2 MB, blocks of 1 GB.</param>
/// <param name="Shares">dm-crypt and XFS with pages, for each of the TLBs.</param>
internal sealed record HeadlineFindings(
    MachineDescription Machine, IReadOnlyList<MappingCost> Mappings, IReadOnlyList<ScatterStudy> Studies, int Scatter, TlbReplayResult Cost,
    IReadOnlyList<TlbReplayResult> Shares, IReadOnlyList<TlbHierarchy> Tlbs)
{
    /// <summary>The part of kernel TLB misses that went away.</summary>
    public const double PublishedMisses = 0.285;

    /// <summary>The growth of memcached's throughput.</summary>
    public const double PublishedThroughput = 1.035;

    /// <summary>The change of its P99.</summary>
    public const double PublishedP99 = 1 - 0.096;

    /// <summary>The growth of MemTotal in kB on 256 GB.</summary>
    public const long PublishedMemory = 516_148;
}
