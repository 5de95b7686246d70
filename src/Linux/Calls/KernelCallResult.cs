using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Linux.Splitting;

namespace Orleans.Mmu.Linux.Calls;

/// <summary>The result of a kernel call.</summary>
/// <param name="Error">The error that the kernel function returned.</param>
/// <param name="Warnings">The warnings that the kernel printed.</param>
/// <param name="Flushes">The TLBIs that must complete on every CPU before the call returns, in order.</param>
/// <param name="GoesOn">
/// Whether the call has not returned: after the flushes, the same call performs its next part.
/// </param>
public readonly record struct KernelCallResult(
    KernelError Error, IReadOnlyList<string> Warnings, IReadOnlyList<TlbiOperation> Flushes,
    bool GoesOn = false);
