using System.Diagnostics;
using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Linux.Flushing;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.Machines;
using Orleans.Mmu.Linux.Permissions;
using Orleans.Mmu.Linux.RunningKernel;
using Orleans.Mmu.Linux.Splitting;
using Orleans.Mmu.Linux.Vmalloc;

namespace Orleans.Mmu.Linux.Calls;

/// <summary>
/// A running kernel's memory: areas, free pages, the promise for each page, and every call that changes the map. A call
/// writes tables through the editor that it is given; the caller publishes and flushes.
/// </summary>
public sealed class KernelMemory
{
    private readonly Dictionary<int, VmallocArea> _areas = [];
    // Areas with VM_FLUSH_RESET_PERMS: modules and BPF programs set it before they change permissions.
    private readonly HashSet<int> _resetsPermissions = [];
    private readonly VmallocSpace _space;

    /// <param name="frames">The pages for areas, disjoint from those for tables.</param>
    public KernelMemory(KernelContext kernel, PageFrames frames)
    {
        Kernel = kernel;
        Frames = frames;
        Present = new(kernel);
        _space = new(kernel);
    }

    public KernelContext Kernel { get; }

    public PageFrames Frames { get; }

    public PageExpectations Expected { get; } = new();

    /// <summary>The memory that is present, as calls plug it in and remove it.</summary>
    public PresentMemory Present { get; }

    /// <summary>The number of the most recently allocated area.</summary>
    public int LastArea { get; private set; }

    /// <summary>The allocated areas, by number.</summary>
    public IReadOnlyDictionary<int, VmallocArea> Areas => _areas;

    /// <summary>The memory of a machine after boot. One page in 128 and a few more are reserved for tables.</summary>
    /// <param name="fresh">Whether pages are handed out in address order; see <see cref="PageFrames"/>.</param>
    public static KernelMemory AfterBoot(MachineDescription machine, LinearMapPainter painter, bool fresh = false)
    {
        ulong page = machine.Geometry.Granule.PageSize;
        var kernel = KernelContext.AfterBoot(machine, painter);
        var frames =
            new PageFrames(kernel.Pages.Withdraw(keep: (long)(machine.MemoryBytes / page / 128) + 64), page, fresh);
        return new(kernel, frames);
    }

    /// <summary>
    /// Performs a call, or its next part: while the result says that the call goes on, the same call must follow.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// The call names an area that does not exist, or pages outside its area.
    /// </exception>
    /// <exception cref="InvalidOperationException">Another call goes on.</exception>
    public KernelCallResult Perform(TableEditor editor, KernelCall call)
    {
        if (Present.GoesOn is { } open && call != open)
            throw new InvalidOperationException($"{open} goes on, and {call} cannot come between its parts");
        var permissions = new MemoryPermissions(Kernel, editor);
        var flushes = new List<TlbiOperation>();
        var warnings = new List<string>();
        var error = call switch
        {
            VmallocAlloc allocate => Allocate(editor, allocate.Pages),
            VmallocFree free => Free(editor, permissions, free.Area, flushes),
            PermissionCall protect => Protect(permissions, protect),
            SetMemoryValid valid => SetValid(permissions, valid.Range, valid.Valid),
            PageCall page => OnPage(permissions, page, flushes),
            HotplugAdd add => Present.Add(editor, add.Range),
            HotplugRemove remove => Present.Remove(editor, remove.Range, flushes, warnings),
            _ => throw new UnreachableException($"a running kernel has no rule for {call}"),
        };
        return new(error, [.. warnings, .. permissions.Warnings], [.. permissions.Flushes, .. flushes],
            GoesOn: Present.GoesOn is not null);
    }

    private KernelError Allocate(TableEditor editor, long pages)
    {
        if (pages <= 0 || !Frames.TryTake(pages, out var frames))
            return KernelError.NoMemory;
        var area = _space.Map(editor, frames);
        _areas.Add(++LastArea, area);
        return KernelError.None;
    }

    // vm_reset_perms(): if the area's permissions were ever changed, the alias of every page becomes invalid, one flush
    // removes what is stale, and the aliases become writable again. This splits the alias of every page, those of data
    // included.
    private KernelError Free(TableEditor editor, MemoryPermissions permissions, int number, List<TlbiOperation> flushes)
    {
        var area = Area(number);
        bool resets = _resetsPermissions.Remove(number);
        var changed =
            area.Pages.Where(p => resets || Expected.Of(Kernel.Layout.ToVirtual(p)) != PageAccess.Writable).ToList();
        var directMap = new DirectMap(Kernel, permissions);
        foreach (var page in changed)
            directMap.MakeInvalid(page);
        _space.Unmap(editor, area);
        flushes.Add(changed.Count > 0 ? TlbiOperation.Vmalle1Is : KernelFlush.Of(area.Range, editor.Geometry));
        foreach (var page in changed)
        {
            directMap.Restore(page);
            Expected.Set(Kernel.Layout.ToVirtual(page), PageAccess.Writable);
        }

        Expected.Unmap(area);
        _areas.Remove(number);
        Frames.Give(area.Pages);
        return KernelError.None;
    }

    private KernelError Protect(MemoryPermissions permissions, PermissionCall call)
    {
        var area = Area(call.Area);
        if (call.First < 0 || call.Pages < 0 || call.Pages > area.Pages.Length - call.First)
            throw new ArgumentException($"area {call.Area} has {area.Pages.Length} pages");
        var range = area.Part((int)call.First, (int)call.Pages);
        var change = call.Change;
        _resetsPermissions.Add(call.Area);
        var error = permissions.ChangeArea(area, range, change).Error;
        if (!change.ConcernsAliases)
            return error;
        var promise = error != KernelError.None ? PageAccess.Unknown
            : call is SetMemoryRo ? PageAccess.ReadOnly : PageAccess.Writable;
        for (var va = range.Start; va < range.End; va += area.PageSize)
        {
            Expected.Set(va, promise);
            if (Kernel.Machine.CommandLine.RodataFull)
                Expected.Set(Kernel.Layout.ToVirtual(area.PageAt(va)), promise);
        }

        return error;
    }

    private KernelError SetValid(MemoryPermissions permissions, LinearRange range, bool valid)
    {
        var error = permissions.ChangeRange(range,
            valid ? PermissionChange.MakeValid(Kernel.Rules, Kernel.NotGlobal)
                : PermissionChange.MakeInvalid(Kernel.Rules)).Error;
        var promise = error != KernelError.None ? PageAccess.Unknown : valid ? PageAccess.Writable : PageAccess.Invalid;
        for (var va = range.Start; va < range.End; va += Kernel.Machine.Geometry.Granule.PageSize)
            Expected.Set(va, promise);
        return error;
    }

    private KernelError OnPage(MemoryPermissions permissions, PageCall call, List<TlbiOperation> flushes)
    {
        var page = call.Page;
        var directMap = new DirectMap(Kernel, permissions);
        var secret = new SecretMemory(Kernel, permissions);
        TlbiOperation? flush = null;
        var error = call switch
        {
            SetDirectMapInvalid => directMap.MakeInvalid(page),
            SetDirectMapDefault => directMap.Restore(page),
            TakeSecret => secret.Take(page, out flush),
            FreeSecret => secret.Free(page),
            _ => throw new UnreachableException($"a running kernel has no rule for {call}"),
        };
        if (flush is { } operation)
            flushes.Add(operation);
        bool away = call is SetDirectMapInvalid or TakeSecret;
        // Without a flush, CPUs may still use the old translation, so nothing can be promised.
        bool promised = error.Error == KernelError.None && Kernel.CanSetDirectMap && call is not SetDirectMapInvalid;
        Expected.Set(Kernel.Layout.ToVirtual(page), !Kernel.CanSetDirectMap || (promised && !away) ? PageAccess.Writable
            : promised ? PageAccess.Invalid : PageAccess.Unknown);
        return error.Error;
    }

    private VmallocArea Area(int number) =>
        _areas.TryGetValue(number, out var area) ? area : throw new ArgumentException($"there is no area {number}");
}
