using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Linux.Flushing;
using Orleans.Mmu.Linux.RunningKernel;
using Orleans.Mmu.Linux.Splitting;

namespace Orleans.Mmu.Linux.Permissions;

/// <summary>
/// memfd_secret(): pages that only their process can access, because the kernel's alias of them is invalid. Available
/// if can_set_direct_map() is true; otherwise user space gets −ENOSYS (secretmem_init()).
/// </summary>
internal sealed class SecretMemory(KernelContext kernel, MemoryPermissions permissions)
{
    private readonly DirectMap _directMap = new(kernel, permissions);

    /// <summary>secretmem_fault(): makes the alias invalid and flushes it before the page is handed out.</summary>
    /// <param name="flush">The TLBI that every CPU must perform; null after an error.</param>
    public ChangeResult Take(PhysicalAddress page, out TlbiOperation? flush)
    {
        var outcome = _directMap.MakeInvalid(page);
        var alias = kernel.Layout.ToVirtual(page);
        flush = outcome.Error == KernelError.None
            ? KernelFlush.Of(new(alias, alias + kernel.Machine.Geometry.Granule.PageSize), kernel.Machine.Geometry)
            : null;
        return outcome;
    }

    /// <summary>secretmem_free_folio(): restores the alias; no flush is needed.</summary>
    public ChangeResult Free(PhysicalAddress page) => _directMap.Restore(page);
}
