using Orleans.Mmu.Arm.Addresses;

namespace Orleans.Mmu.Audit.Comparison;

/// <summary>One difference between the linear map of a dump and the one that a machine's kernel makes.</summary>
/// <param name="Expected">The leaf that the kernel makes, in words; "nothing" where it maps nothing.</param>
/// <param name="Found">The leaf of the dump, in words.</param>
/// <param name="Explanation">
/// A rule under which these addresses do not differ; null if none that was tried does.
/// </param>
public sealed record MapDifference(
    VirtualAddress Start, VirtualAddress End, string Expected, string Found, string? Explanation);
