using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Linux.Flushing;
using Orleans.Mmu.Linux.RunningKernel;
using Orleans.Mmu.Linux.Splitting;

namespace Orleans.Mmu.Linux.Permissions;

/// <summary>
/// memfd_secret(): pages that only their process sees, since the kernel's own alias of them is invalid. It exists where
/// can_set_direct_map() says so.
/// </summary>
public sealed class SecretMemory(KernelState kernel, MemoryPermissions permissions)
{
    private readonly DirectMap _directMap = new(kernel, permissions);

    /// <summary>secretmem_init(): −ENOSYS to user space where this is false.</summary>
    public bool IsAvailable => kernel.CanSetDirectMap;

    /// <summary>secretmem_fault(): the alias goes, and is flushed before the page is handed out.</summary>
    /// <param name="flush">What must be invalidated everywhere; nothing after an error.</param>
    public ChangeOutcome Take(PhysicalAddress page, out TlbiOperation? flush)
    {
        var outcome = _directMap.MakeInvalid(page);
        var alias = kernel.Layout.ToVirtual(page);
        flush = outcome.Error == KernelError.None
            ? KernelFlush.Of(new(alias, alias + kernel.Machine.Geometry.Granule.PageSize), kernel.Machine.Geometry)
            : null;
        return outcome;
    }

    /// <summary>secretmem_free_folio(): the alias comes back, and there is nothing to flush.</summary>
    public ChangeOutcome Free(PhysicalAddress page) => _directMap.Restore(page);
}
