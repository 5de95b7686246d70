using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.RunningKernel;
using Orleans.Mmu.Linux.Splitting;

namespace Orleans.Mmu.Linux.Permissions;

/// <summary>
/// set_direct_map_*_noflush(): removes single pages from the linear map and restores them. If the map does not allow
/// that, the calls do nothing and succeed.
/// </summary>
internal sealed class DirectMap(KernelContext kernel, MemoryPermissions permissions)
{
    /// <summary>set_direct_map_invalid_noflush(): TLBs may still translate the page until the caller flushes.</summary>
    public ChangeResult MakeInvalid(PhysicalAddress page) =>
        Change(page, PermissionChange.DirectMapInvalid(kernel.Rules));

    /// <summary>set_direct_map_default_noflush().</summary>
    public ChangeResult Restore(PhysicalAddress page) =>
        Change(page, PermissionChange.DirectMapDefault(kernel.Rules, kernel.NotGlobal));

    /// <summary>set_direct_map_valid_noflush(): several adjacent pages. In spite of the name, it flushes.</summary>
    public ChangeResult SetValid(PhysicalAddress first, long pages, bool valid)
    {
        var start = kernel.Layout.ToVirtual(first);
        var range = new LinearRange(start, start + (ulong)pages * kernel.Machine.Geometry.Granule.PageSize);
        return kernel.CanSetDirectMap
            ? permissions.ChangeRange(range,
                valid ? PermissionChange.MakeValid(kernel.Rules, kernel.NotGlobal)
                    : PermissionChange.MakeInvalid(kernel.Rules))
            : new(KernelError.None, range.End);
    }

    private ChangeResult Change(PhysicalAddress page, PermissionChange change)
    {
        var start = kernel.Layout.ToVirtual(page);
        var range = new LinearRange(start, start + kernel.Machine.Geometry.Granule.PageSize);
        return kernel.CanSetDirectMap
            ? permissions.ChangeWithoutFlush(range, change)
            : new(KernelError.None, range.End);
    }
}
