using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.RunningKernel;
using Orleans.Mmu.Linux.Splitting;

namespace Orleans.Mmu.Linux.Permissions;

/// <summary>KFENCE on the linear map: a pool of pages, half of which are guard pages that must fault.</summary>
internal sealed class KfenceGuard(KernelContext kernel, TableEditor editor, MemoryPermissions permissions)
{
    /// <summary>
    /// arch_kfence_init_pool() for a pool that is set up late: its leaves become pages at once, because protecting a
    /// page must not sleep. If the map already consists of pages, nothing is done.
    /// </summary>
    /// <returns>NoMemory if a table could not be allocated; the pool is not used then.</returns>
    public KernelError InitializeLate(LinearRange pool)
    {
        if (!kernel.Rules.SplitsLinearMap || kernel.ForcesPages)
            return KernelError.None;
        var progress = new RangeSplit(editor, kernel.Pages, kernel.Swapper).Advance(pool, long.MaxValue);
        return progress.OutOfMemory ? KernelError.NoMemory : KernelError.None;
    }

    /// <summary>kfence_protect_page(): set_memory_valid() on one page.</summary>
    public ChangeResult Protect(VirtualAddress page, bool protect) => permissions.ChangeRange(
        new(page, page + editor.Geometry.Granule.PageSize),
        protect ? PermissionChange.MakeInvalid(kernel.Rules)
            : PermissionChange.MakeValid(kernel.Rules, kernel.NotGlobal));
}
