using Orleans.Mmu.Arm.TlbHierarchies;
using Orleans.Mmu.Costs.Machines;
using Orleans.Mmu.Costs.Parameters;
using Orleans.Mmu.Costs.TlbMisses;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Client.Results;

/// <summary>The results that the page is made from.</summary>
/// <param name="Studies">memcached over scatter, for each of the TLBs.</param>
/// <param name="Scatter">The scatter at which the first study gives the published reduction.</param>
/// <param name="Cost">memcached at that scatter: pages, blocks of 2 MB, blocks of 1 GB.</param>
/// <param name="Shares">dm-crypt and XFS with pages, for each of the TLBs.</param>
internal sealed record HeadlineFindings(
    MachineDescription Machine, IReadOnlyList<MappingCost> Mappings, IReadOnlyList<ScatterStudy> Studies, int Scatter,
    TlbSimulationResult Cost,
    IReadOnlyList<TlbSimulationResult> Shares, IReadOnlyList<TlbHierarchy> Tlbs)
{
    /// <summary>Published reduction of kernel TLB misses, as a fraction.</summary>
    public const double PublishedMisses = 0.285;

    /// <summary>Published ratio of memcached's throughput, after to before.</summary>
    public const double PublishedThroughput = 1.035;

    /// <summary>Published ratio of memcached's P99, after to before.</summary>
    public const double PublishedP99 = 1 - 0.096;

    /// <summary>Published growth of MemTotal in kB on 256 GB.</summary>
    public const long PublishedMemory = 516_148;
}
