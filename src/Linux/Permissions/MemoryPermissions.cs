using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Linux.Flushing;
using Orleans.Mmu.Linux.Kernels;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.RunningKernel;
using Orleans.Mmu.Linux.Splitting;
using Orleans.Mmu.Linux.Vmalloc;

namespace Orleans.Mmu.Linux.Permissions;

/// <summary>
/// __change_memory_common() and change_memory_common(): permission changes with the invalidations that end them. An
/// invalidation is collected; the kernel's runner broadcasts it before the call returns.
/// </summary>
public sealed class MemoryPermissions(KernelState kernel, TableEditor editor)
{
    private readonly RangePermissions _range = new(kernel, editor);
    private readonly List<TlbiOperation> _flushes = [];
    private readonly List<string> _warnings = [];

    /// <summary>What has to be invalidated everywhere since it was last taken, in order.</summary>
    public IReadOnlyList<TlbiOperation> Flushes => _flushes;

    /// <summary>What the kernel warned of since it was last taken.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>The flushes are on their way.</summary>
    public void Flushed()
    {
        _flushes.Clear();
        _warnings.Clear();
    }

    /// <summary>
    /// __change_memory_common(): a range of addresses as it stands, such as set_memory_valid() gets it. It is flushed
    /// even after an error, for a part may have been written; not where invalid leaves became valid. An empty range is
    /// an error, and leaves nothing to flush.
    /// </summary>
    public ChangeOutcome ChangeRange(LinearRange range, PermissionChange change)
    {
        var outcome = ChangeWithoutFlush(range, change);
        if (!change.OnlyMakesValid && range.Start < range.End)
            _flushes.Add(KernelFlush.Of(range, editor.Geometry));
        return outcome;
    }

    /// <summary>update_range_prot() alone: the caller flushes.</summary>
    public ChangeOutcome ChangeWithoutFlush(LinearRange range, PermissionChange change)
    {
        var outcome = _range.Apply(range, change);
        if (outcome.Warning is { } warning)
            _warnings.Add(warning);
        return outcome;
    }

    /// <summary>
    /// The linear aliases of pages, one at a time, each with its own split and flush: pages of vmalloc memory are
    /// neighbours in virtual addresses alone.
    /// </summary>
    public ChangeOutcome ChangeAliases(IEnumerable<PhysicalAddress> pages, PermissionChange change)
    {
        ulong size = editor.Geometry.Granule.PageSize;
        var last = default(ChangeOutcome);
        foreach (var page in pages)
        {
            var alias = kernel.Layout.ToVirtual(page);
            last = ChangeRange(new(alias, alias + size), change);
            if (last.Error != KernelError.None && !kernel.Rules.Has(KernelBug.AliasErrorIgnored))
                return last;
        }

        return last;
    }

    /// <summary>
    /// change_memory_common(): pages of one vmalloc area, and their aliases where rodata is protected in full.
    /// </summary>
    /// <returns>
    /// InvalidArgument where the range leaves the area, or the area may be mapped by blocks; for no pages, None.
    /// </returns>
    public ChangeOutcome ChangeArea(VmallocArea area, LinearRange range, PermissionChange change)
    {
        if (!range.Start.IsAligned(area.PageSize))
        {
            _warnings.Add($"{change.Name}: {range.Start} is not page aligned");
            var start = range.Start.AlignDown(area.PageSize);
            range = new(start, start + (range.End - range.Start));
        }

        if (area.AllowsHuge || range.Start < area.Start || range.End > area.End)
            return new(KernelError.InvalidArgument, range.Start);
        if (range.Start == range.End)
            return new(KernelError.None, range.End);
        if (kernel.Machine.CommandLine.RodataFull && change.ConcernsAliases)
        {
            // Nothing is rolled back: aliases that did change stay as they are, and the area is not touched.
            var pages = kernel.Rules.Has(KernelBug.WholeAreaAliased) ? area.Pages : area.PagesOf(range);
            var aliases = ChangeAliases(pages, change);
            if (aliases.Error != KernelError.None && !kernel.Rules.Has(KernelBug.AliasErrorIgnored))
                return aliases;
        }

        return ChangeRange(range, change);
    }
}
