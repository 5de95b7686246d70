using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Linux.Kernels;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.Permissions;
using Orleans.Mmu.Linux.RunningKernel;

namespace Orleans.Mmu.Linux.Changes;

/// <summary>Applies the changes of a file to a map, through the kernel's own code path.</summary>
public static class ChangedMap
{
    /// <summary>
    /// set_memory_ro and set_memory_rw of linear addresses stand for the alias changes of vmalloc pages: one page at a
    /// time. The other calls act on the whole range.
    /// </summary>
    /// <param name="warn">Receives the kernel's warnings, each with the number of the line that caused it.</param>
    public static TableSnapshot Apply(
        KernelContext kernel, TableSnapshot tables, IReadOnlyList<MapChange> changes, Action<MapChange, string> warn,
        CancellationToken cancellationToken)
    {
        var editor = new TableEditor(tables);
        var permissions = new MemoryPermissions(kernel, editor);
        ulong page = kernel.Machine.Geometry.Granule.PageSize;
        foreach (var change in changes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var range = new LinearRange(change.Start, change.Start + (ulong)change.Pages * page);
            if (change.Kind is MapChangeKind.ReadOnly or MapChangeKind.ReadWrite)
                permissions.ChangeAliases(PhysicalPages(kernel, range, page), What(change.Kind, kernel.Rules));
            else
                permissions.ChangeRange(range, What(change.Kind, kernel.Rules));
            foreach (string warning in permissions.Warnings)
                warn(change, warning);
            permissions.Flushed();
        }

        return editor.Publish();
    }

    private static IEnumerable<PhysicalAddress> PhysicalPages(KernelContext kernel, LinearRange range, ulong page)
    {
        for (var va = range.Start; va < range.End; va += page)
            yield return kernel.Layout.ToPhysical(va);
    }

    private static PermissionChange What(MapChangeKind kind, KernelRules rules) => kind switch
    {
        MapChangeKind.ReadOnly => PermissionChange.ReadOnly,
        MapChangeKind.ReadWrite => PermissionChange.ReadWrite,
        MapChangeKind.NoExecute => PermissionChange.NoExecute,
        MapChangeKind.Execute => PermissionChange.Execute,
        MapChangeKind.Valid => PermissionChange.MakeValid(rules),
        MapChangeKind.Invalid => PermissionChange.MakeInvalid(rules),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };
}
