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
/// __change_memory_common() and change_memory_common(): permission changes and the TLBIs that complete them. TLBIs are
/// collected; the caller broadcasts them before the kernel call returns.
/// </summary>
public sealed class MemoryPermissions(KernelContext kernel, TableEditor editor)
{
    private readonly RangePermissions _range = new(kernel, editor);
    private readonly List<TlbiOperation> _flushes = [];
    private readonly List<string> _warnings = [];

    /// <summary>The TLBIs since the last <see cref="Flushed"/>, in order; every CPU must perform them.</summary>
    public IReadOnlyList<TlbiOperation> Flushes => _flushes;

    /// <summary>The kernel's warnings since the last <see cref="Flushed"/>.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>Clears the collected TLBIs and warnings, after the caller has taken them.</summary>
    public void Flushed()
    {
        _flushes.Clear();
        _warnings.Clear();
    }

    /// <summary>
    /// __change_memory_common(): changes a range of addresses, such as set_memory_valid() receives. The range is
    /// flushed even after an error, because a part of it may have been written, but not if invalid leaves only became
    /// valid. An empty range is an error and needs no flush.
    /// </summary>
    public ChangeResult ChangeRange(LinearRange range, PermissionChange change)
    {
        var outcome = ChangeWithoutFlush(range, change);
        if (!change.OnlyMakesValid && range.Start < range.End)
            _flushes.Add(KernelFlush.Of(range, editor.Geometry));
        return outcome;
    }

    /// <summary>update_range_prot() only: the caller flushes.</summary>
    public ChangeResult ChangeWithoutFlush(LinearRange range, PermissionChange change)
    {
        var outcome = _range.Apply(range, change);
        if (outcome.Warning is { } warning)
            _warnings.Add(warning);
        return outcome;
    }

    /// <summary>
    /// Changes the linear aliases of pages, one at a time, each with its own split and flush: pages of vmalloc memory
    /// are adjacent only in virtual addresses.
    /// </summary>
    public ChangeResult ChangeAliases(IEnumerable<PhysicalAddress> pages, PermissionChange change)
    {
        ulong size = editor.Geometry.Granule.PageSize;
        var last = default(ChangeResult);
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
    /// change_memory_common(): changes pages of one vmalloc area, and their linear aliases under rodata=full.
    /// </summary>
    /// <returns>
    /// InvalidArgument if the range leaves the area, or if the area may be mapped by blocks; None for an empty range.
    /// </returns>
    public ChangeResult ChangeArea(VmallocArea area, LinearRange range, PermissionChange change)
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
            // Nothing is rolled back: aliases that were changed stay changed, and the area is not touched.
            var pages = kernel.Rules.Has(KernelBug.WholeAreaAliased) ? area.Pages : area.PagesOf(range);
            var aliases = ChangeAliases(pages, change);
            if (aliases.Error != KernelError.None && !kernel.Rules.Has(KernelBug.AliasErrorIgnored))
                return aliases;
        }

        return ChangeRange(range, change);
    }
}
