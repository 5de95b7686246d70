using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Linux.LinearMap;

namespace Orleans.Mmu.Linux.Splitting;

/// <summary>How far a split got.</summary>
/// <param name="Next">The first address not yet visited; the end of the range if everything is split.</param>
/// <param name="Blocks">The number of block descriptors that this call replaced by tables.</param>
/// <param name="OutOfMemory">−ENOMEM: the block at <paramref name="Next"/> remains; its group may be dissolved.</param>
public readonly record struct SplitProgress(VirtualAddress Next, long Blocks, bool OutOfMemory);

/// <summary>
/// range_split_to_ptes(): turns every leaf of a range into pages without the Contiguous bit. Each new table is filled
/// before the one store that links it. The split can stop after a number of blocks and continue later, so that CPUs can
/// walk the tables in between.
/// </summary>
public sealed class RangeSplit(TableEditor editor, TablePages pages, PhysicalAddress root)
{
    private readonly TranslationGeometry _geometry = editor.Geometry;

    /// <param name="budget">The most blocks to replace.</param>
    public SplitProgress Advance(LinearRange range, long budget)
    {
        var walk = new Walk { At = range.Start, End = range.End, Budget = budget };
        bool done = walk.At >= walk.End || Visit(editor.EditRoot(root), ref walk);
        return new(done ? range.End : walk.At, budget - walk.Budget, walk.OutOfMemory);
    }

    private struct Walk
    {
        public VirtualAddress At;
        public VirtualAddress End;
        public long Budget;
        public bool OutOfMemory;
    }

    // Returns false to stop; a later call continues at walk.At.
    private bool Visit(PatchedTable table, ref Walk walk)
    {
        ulong size = _geometry.Size(table.Level);
        for (int i = _geometry.Index(walk.At, table.Level); i < table.Count && walk.At < walk.End; i++)
        {
            var next = walk.At.AlignDown(size) + size;
            if (!VisitEntry(table, i, ref walk))
                return false;
            walk.At = next;
        }

        return true;
    }

    private bool VisitEntry(PatchedTable table, int i, ref Walk walk)
    {
        if (table.Level.IsLast)
        {
            if (table[i].Contiguous)
                ContiguousGroup.Dissolve(editor, table, i);
            return true;
        }

        if (!table.HasChild(i))
        {
            if (!KernelAttributes.IsPresent(table[i]))
                return true;
            if (walk.Budget == 0 || !Split(table, i, ref walk))
                return false;
        }

        return table.Child(i) is not { } child || !NeedsVisit(child) || Visit(editor.EditChild(table, i), ref walk);
    }

    // A run of plain pages or of zero words needs no split.
    private static bool NeedsVisit(TranslationTable child) =>
        child is not SequenceTable run || run.First.Contiguous || (!run.Level.IsLast && !run.First.IsNone);

    // split_pud(), split_pmd() with to_cont false; a contiguous group is dissolved before one of its members is
    // changed.
    private bool Split(PatchedTable table, int index, ref Walk walk)
    {
        if (table[index].Contiguous)
            ContiguousGroup.Dissolve(editor, table, index);
        if (!pages.TryAllocate(out var page))
        {
            walk.OutOfMemory = true;
            return false;
        }

        BlockSplit.Replace(editor, table, index, page, toContiguous: false);
        walk.Budget--;
        return true;
    }
}
