using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Linux.Splitting;

namespace Orleans.Mmu.Linux.Permissions;

/// <summary>The result of a permission change.</summary>
/// <param name="Error">What the kernel function returns.</param>
/// <param name="At">The address at which it stopped; the end of the range if it did not stop early.</param>
/// <param name="Warning">The kernel's warning (WARN_ON_ONCE), or null.</param>
public readonly record struct ChangeResult(KernelError Error, VirtualAddress At, string? Warning = null)
{
    /// <summary>Whether the kernel function returns 0.</summary>
    public bool Succeeded => Error == KernelError.None;
}
