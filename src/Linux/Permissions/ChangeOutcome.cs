using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Linux.Splitting;

namespace Orleans.Mmu.Linux.Permissions;

/// <summary>What a permission change came to.</summary>
/// <param name="Error">What the kernel function returns.</param>
/// <param name="At">Where it stopped; the range's end where it did not.</param>
/// <param name="Warning">What the kernel warned of (WARN_ON_ONCE), or null.</param>
public readonly record struct ChangeOutcome(KernelError Error, VirtualAddress At, string? Warning = null);
