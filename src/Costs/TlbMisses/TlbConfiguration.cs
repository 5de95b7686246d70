using Orleans.Mmu.Arm.TlbHierarchies;
using Orleans.Mmu.Costs.AddressSpaces;

namespace Orleans.Mmu.Costs.TlbMisses;

/// <summary>The TLBs and the mapping that a trace is replayed through.</summary>
/// <param name="Tlbs">The TLBs of each CPU.</param>
/// <param name="Mapping">How addresses are mapped.</param>
/// <param name="Descriptors">The caches that walks read descriptors from; null if they are not modelled.</param>
public sealed record TlbConfiguration(TlbHierarchy Tlbs, TracedMapping Mapping, DescriptorCaches? Descriptors = null);

/// <summary>A mapping of the traced kernel's address space.</summary>
/// <param name="Name">The name that the user gave: "2M", a machine's name.</param>
/// <param name="ScatterPercent">Percentage of pages of the linear map that are alone in their level-2 block.</param>
/// <param name="UserLog2">log2 of the pages of user space.</param>
public sealed record TracedMapping(
    string Name, LinearPageSizes Linear, int ScatterPercent = 0, int UserLog2 = PageSizes.MinLog2)
{
    /// <summary>A new look-up object; each thread needs its own.</summary>
    public PageSizes Begin() => new(Linear, ScatterPercent, UserLog2);
}

/// <summary>The caches in which walks find descriptors: lines of 64 bytes, LRU.</summary>
/// <param name="SecondLevelLines">Lines of descriptors in a CPU's L2 cache.</param>
/// <param name="LastLevelLines">Lines of descriptors in the last-level cache, for each CPU.</param>
public sealed record DescriptorCaches(int SecondLevelLines, int LastLevelLines);
