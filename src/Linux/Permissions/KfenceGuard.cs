using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.RunningKernel;
using Orleans.Mmu.Linux.Splitting;

namespace Orleans.Mmu.Linux.Permissions;

/// <summary>KFENCE on the linear map: a pool of pages, half of which are guards that must fault.</summary>
public sealed class KfenceGuard(KernelState kernel, TableEditor editor, MemoryPermissions permissions)
{
    /// <summary>
    /// arch_kfence_init_pool() of a pool that is set up late: its leaves become pages at once, since protecting one
    /// must not sleep. Nothing is done where the map is pages anyway.
    /// </summary>
    /// <returns>NoMemory where a table could not be had; the pool is then not used.</returns>
    public KernelError InitialiseLate(LinearRange pool)
    {
        if (!kernel.Rules.SplitsLinearMap || kernel.ForcesPages)
            return KernelError.None;
        var progress = new RangeSplit(editor, kernel.Pages, kernel.Swapper).Advance(pool, long.MaxValue);
        return progress.OutOfMemory ? KernelError.NoMemory : KernelError.None;
    }

    /// <summary>kfence_protect_page(): set_memory_valid() on one page.</summary>
    public ChangeOutcome Protect(VirtualAddress page, bool protect) => permissions.ChangeRange(
        new(page, page + editor.Geometry.Granule.PageSize),
        protect ? PermissionChange.MakeInvalid(kernel.Rules) : PermissionChange.MakeValid(kernel.Rules));
}
