using System.Collections.Immutable;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Linux.Flushing;
using Orleans.Mmu.Linux.LinearMap;

namespace Orleans.Mmu.Linux.Hotplug;

/// <summary>
/// The steps of unmap_hotplug_range() until 7.0, which flushed each leaf as soon as it had cleared it, and of
/// free_empty_tables() after it, which flushes the first address of each table that it unlinks.
/// </summary>
/// <remarks>
/// Each member of a contiguous group is a step. Leaves outside groups share a step: no TLB entry covers two of them, so
/// that nothing depends on what CPUs do between one and the next.
/// </remarks>
internal sealed class MemberwiseRemoval
{
    private readonly TranslationGeometry _geometry;
    private readonly ImmutableArray<RemovalStep>.Builder _steps = ImmutableArray.CreateBuilder<RemovalStep>();
    private readonly List<TlbiOperation> _unlinked = [];

    // The step of leaves outside groups that is still being extended.
    private readonly List<TlbiOperation> _flushes = [];
    private LinearRange _leaves;

    private MemberwiseRemoval(TranslationGeometry geometry) => _geometry = geometry;

    /// <param name="root">The root table, in its state before the removal.</param>
    public static ImmutableArray<RemovalStep> StepsOf(
        TranslationTable root, LinearRange range, TranslationGeometry geometry)
    {
        var removal = new MemberwiseRemoval(geometry);
        removal.Visit(root, range.Start, range.End);
        removal.CloseLeaves();
        removal._steps.Add(new(range, Unlinks: true, [.. removal._unlinked]));
        return removal._steps.ToImmutable();
    }

    // Returns true if the table is empty after the removal.
    private bool Visit(TranslationTable table, VirtualAddress at, VirtualAddress end)
    {
        ulong size = _geometry.Size(table.Level);
        int first = _geometry.Index(at, table.Level);
        int next = first;
        bool isEmpty = true;
        for (; next < table.Count && at < end; next++)
        {
            var start = at.AlignDown(size);
            var limit = start + size - at < end - at ? start + size : end;
            if (table.Child(next) is not { } child)
                Clear(start, table.Level, table[next]);
            else if (Visit(child, at, limit))
                _unlinked.Add(KernelFlush.Tables(FirstPage(at), _geometry));
            else
                isEmpty = false;
            at = limit;
        }

        for (int i = 0; i < table.Count && isEmpty; i++)
            isEmpty = (first <= i && i < next) || table[i].IsNone;
        return isEmpty;
    }

    private void Clear(VirtualAddress start, Level level, Descriptor leaf)
    {
        if (leaf.IsNone)
            return;
        ulong size = _geometry.Size(level);
        var flush = KernelFlush.Of(FirstPage(start), _geometry);
        if (leaf.IsValid && leaf.Contiguous)
        {
            CloseLeaves();
            var end = start + size;
            _steps.Add(
                new(new(start, end), Unlinks: false, [flush], !end.IsAligned(_geometry.ContiguousSize(level))));
            return;
        }

        _leaves = new(_flushes.Count == 0 ? start : _leaves.Start, start + size);
        // Adjacent pages are flushed by one operation that names them all.
        if (level.IsLast && _flushes.Count > 0 && _flushes[^1] is var last && last.Address + last.Length == start)
            _flushes[^1] = last with { Length = last.Length + flush.Length };
        else
            _flushes.Add(flush);
    }

    private void CloseLeaves()
    {
        if (_flushes.Count == 0)
            return;
        _steps.Add(new(_leaves, Unlinks: false, [.. _flushes]));
        _flushes.Clear();
    }

    private LinearRange FirstPage(VirtualAddress start) => new(start, start + _geometry.Granule.PageSize);
}
