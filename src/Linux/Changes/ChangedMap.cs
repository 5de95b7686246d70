using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.Permissions;
using Orleans.Mmu.Linux.RunningKernel;
using Orleans.Mmu.Linux.Vmalloc;

namespace Orleans.Mmu.Linux.Changes;

/// <summary>Applies the changes of a file to a map, through the kernel's own code path.</summary>
public static class ChangedMap
{
    /// <summary>
    /// set_memory_ro, set_memory_rw and set_memory_rox of linear addresses stand for the alias changes of vmalloc
    /// pages: one page at a time, and nothing about execution. The other calls act on the whole range.
    /// </summary>
    /// <param name="warn">Receives the kernel's warnings, each with the number of the line that caused it.</param>
    /// <exception cref="KernelPanicException">Memory for the tables of an area ran out.</exception>
    public static TableSnapshot Apply(
        KernelContext kernel, TableSnapshot tables, IReadOnlyList<MapChange> changes, Action<MapChange, string> warn,
        CancellationToken cancellationToken)
    {
        var editor = new TableEditor(tables);
        var permissions = new MemoryPermissions(kernel, editor);
        foreach (var change in changes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (change is { Kind: MapChangeKind.NewArea, Area: { } area })
                VmallocSpace.Write(kernel, editor, area);
            else
                Change(kernel, permissions, change);
            foreach (string warning in permissions.Warnings)
                warn(change, warning);
            permissions.Flushed();
        }

        return editor.Publish();
    }

    private static void Change(KernelContext kernel, MemoryPermissions permissions, MapChange change)
    {
        ulong page = kernel.Machine.Geometry.Granule.PageSize;
        var range = new LinearRange(change.Start, change.Start + (ulong)change.Pages * page);
        switch (change.Kind)
        {
            case MapChangeKind.ReadOnly:
                ChangeCode(PermissionChange.ReadOnly);
                break;
            case MapChangeKind.ReadWrite:
                ChangeCode(PermissionChange.ReadWrite);
                break;
            case MapChangeKind.NoExecute:
                ChangeExecution(PermissionChange.NoExecute);
                break;
            case MapChangeKind.Execute:
                ChangeExecution(PermissionChange.Execute);
                break;
            case MapChangeKind.ReadOnlyExecute:
                if (ChangeCode(PermissionChange.ReadOnly).Succeeded && change.Area is not null)
                    ChangeExecution(PermissionChange.Execute);
                break;
            case MapChangeKind.Valid:
                permissions.ChangeRange(range, PermissionChange.MakeValid(kernel.Rules, kernel.NotGlobal));
                break;
            case MapChangeKind.Invalid:
                permissions.ChangeRange(range, PermissionChange.MakeInvalid(kernel.Rules));
                break;
            case MapChangeKind.DirectMapInvalid:
                ChangeDirectMap((map, at) => map.MakeInvalid(at));
                break;
            case MapChangeKind.DirectMapDefault:
                ChangeDirectMap((map, at) => map.Restore(at));
                break;
            case MapChangeKind.Decrypted or MapChangeKind.Encrypted:
                new RealmMemory(kernel, permissions).Share(range, change.Kind == MapChangeKind.Decrypted);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(change), change.Kind, "no such call");
        }

        ChangeResult ChangeCode(PermissionChange what) => change.Area is { } area
            ? permissions.ChangeArea(area, range, what)
            : permissions.ChangeAliases(PhysicalPages(kernel, range, page), what);

        void ChangeExecution(PermissionChange what)
        {
            if (change.Area is { } area)
                permissions.ChangeArea(area, range, what);
            else
                permissions.ChangeRange(range, what);
        }

        // Each call takes one page; a failed one ends those of the line.
        void ChangeDirectMap(Func<DirectMap, PhysicalAddress, ChangeResult> what)
        {
            var map = new DirectMap(kernel, permissions);
            foreach (var at in PhysicalPages(kernel, range, page))
            {
                if (!what(map, at).Succeeded)
                    break;
            }
        }
    }

    private static IEnumerable<PhysicalAddress> PhysicalPages(KernelContext kernel, LinearRange range, ulong page)
    {
        for (var va = range.Start; va < range.End; va += page)
            yield return kernel.Layout.ToPhysical(va);
    }
}
