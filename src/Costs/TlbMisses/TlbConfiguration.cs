using Orleans.Mmu.Arm.TlbHierarchies;
using Orleans.Mmu.Costs.AddressSpaces;

namespace Orleans.Mmu.Costs.TlbMisses;

/// <summary>TLBs and a mapping: what a trace is replayed through.</summary>
/// <param name="Tlbs">Those of each CPU.</param>
/// <param name="Mapping">How addresses are mapped.</param>
/// <param name="Descriptors">Caches that walks read descriptors from, where that is asked.</param>
public sealed record TlbConfiguration(TlbHierarchy Tlbs, TracedMapping Mapping, DescriptorCaches? Descriptors = null);

/// <summary>A mapping of the traced kernel's address space.</summary>
/// <param name="Name">As it was asked for: "2M", a machine's name.</param>
/// <param name="ScatterPercent">Pages of the linear map that live alone in their level-2 block, of a hundred.</param>
/// <param name="UserLog2">log2 of the pages of user space.</param>
public sealed record TracedMapping(string Name, LinearPageSizes Linear, int ScatterPercent = 0, int UserLog2 = PageSizes.MinLog2)
{
    /// <summary>What it is, for the threads that need one of their own.</summary>
    public PageSizes Begin() => new(Linear, ScatterPercent, UserLog2);
}

/// <summary>Where descriptors are found that walks read: lines of 64 bytes, least recently used replaced.</summary>
/// <param name="SecondLevelLines">Lines that stay in a CPU's L2 cache.</param>
/// <param name="LastLevelLines">Lines that stay in the last-level cache, for each CPU.</param>
public sealed record DescriptorCaches(int SecondLevelLines, int LastLevelLines);
