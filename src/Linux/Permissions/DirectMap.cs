using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.RunningKernel;
using Orleans.Mmu.Linux.Splitting;

namespace Orleans.Mmu.Linux.Permissions;

/// <summary>
/// set_direct_map_*_noflush(): single pages taken out of the linear map and put back. Where the map is not set up for
/// that they do nothing and succeed.
/// </summary>
public sealed class DirectMap(KernelState kernel, MemoryPermissions permissions)
{
    /// <summary>set_direct_map_invalid_noflush(): until the caller flushes, TLBs may go on translating.</summary>
    public ChangeOutcome MakeInvalid(PhysicalAddress page) =>
        Change(page, PermissionChange.DirectMapInvalid(kernel.Rules));

    /// <summary>set_direct_map_default_noflush().</summary>
    public ChangeOutcome Restore(PhysicalAddress page) => Change(page, PermissionChange.DirectMapDefault(kernel.Rules));

    /// <summary>set_direct_map_valid_noflush(): several pages in a row, and, whatever its name says, flushed.</summary>
    public ChangeOutcome SetValid(PhysicalAddress first, long pages, bool valid)
    {
        var start = kernel.Layout.ToVirtual(first);
        var range = new LinearRange(start, start + (ulong)pages * kernel.Machine.Geometry.Granule.PageSize);
        return kernel.CanSetDirectMap
            ? permissions.ChangeRange(range,
                valid ? PermissionChange.MakeValid(kernel.Rules) : PermissionChange.MakeInvalid(kernel.Rules))
            : new(KernelError.None, range.End);
    }

    private ChangeOutcome Change(PhysicalAddress page, PermissionChange change)
    {
        var start = kernel.Layout.ToVirtual(page);
        var range = new LinearRange(start, start + kernel.Machine.Geometry.Granule.PageSize);
        return kernel.CanSetDirectMap
            ? permissions.ChangeWithoutFlush(range, change)
            : new(KernelError.None, range.End);
    }
}
