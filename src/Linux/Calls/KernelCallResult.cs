using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Linux.Splitting;

namespace Orleans.Mmu.Linux.Calls;

/// <summary>What a call came to.</summary>
/// <param name="Error">What the kernel function returned.</param>
/// <param name="Warnings">What the kernel warned of.</param>
/// <param name="Flushes">What must be invalidated on every CPU before the call may return, in order.</param>
public readonly record struct KernelCallResult(
    KernelError Error, IReadOnlyList<string> Warnings, IReadOnlyList<TlbiOperation> Flushes);
