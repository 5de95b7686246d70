using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Linux.Kernels;

namespace Orleans.Mmu.Linux.LinearMap;

/// <summary>
/// __create_pgd_mapping(): the only writer of mappings, at boot and for update_mapping_prot(). It uses the largest leaf
/// that alignment and flags allow, and refuses the same requests as Linux.
/// </summary>
/// <param name="descends">
/// Whether a request for a block descends into a table that is already there; otherwise the request is refused.
/// </param>
internal sealed class PageTableWriter(TableEditor editor, TablePages pages, KernelRules rules, PhysicalAddress root,
    bool descends)
{
    private readonly TranslationGeometry _geometry = editor.Geometry;
    private readonly LiveEntries _live = new(editor.Geometry, rules);

    /// <summary>Maps the pages that cover [pa, pa + size), at va.</summary>
    /// <exception cref="KernelPanicException">
    /// There is no page for a table, a live block stands where a table is needed, or a live leaf would change in more
    /// than pgattr_change_is_safe() allows: two requests for parts of one page, of which one makes it contiguous.
    /// </exception>
    public void Map(PhysicalAddress pa, VirtualAddress va, ulong size, LeafAttributes attributes, MappingFlags flags) =>
        Map(pa, va, size, attributes, flags, presentInvalid: false);

    /// <summary>As above; the leaves are present-invalid if <paramref name="presentInvalid"/> is true.</summary>
    public void Map(PhysicalAddress pa, VirtualAddress va, ulong size, LeafAttributes attributes, MappingFlags flags,
        bool presentInvalid)
    {
        if (size == 0)
            return;
        ulong page = _geometry.Granule.PageSize;
        var end = new VirtualAddress((va + size + (page - 1)).Value & ~(page - 1));
        var request = new MappingRequest(_geometry, attributes, flags, presentInvalid);
        Fill(editor.EditRoot(root), va.AlignDown(page), end, pa.AlignDown(page), request);
    }

    // alloc_init_cont_pmd() and alloc_init_cont_pte() at levels where Linux uses groups; otherwise directly.
    private void Fill(PatchedTable table, VirtualAddress va, VirtualAddress end, PhysicalAddress pa,
        MappingRequest request)
    {
        var level = table.Level;
        if (level < Level.L2)
        {
            Entries(table, va, end, pa, request, contiguous: false);
            return;
        }

        ulong group = _geometry.ContiguousSize(level);
        while (va != end)
        {
            var next = Next(va, end, group);
            bool contiguous = request.Allows(MappingFlags.NoContiguous) && va.IsAligned(group) && next.IsAligned(group)
                && pa.IsAligned(group)
                && !(rules.PaintsImageFirst && _live.HoldsPlainLeaf(table, va, group));
            Entries(table, va, next, pa, request, contiguous);
            pa += next - va;
            va = next;
        }
    }

    // init_pte(), init_pmd(), alloc_init_pud().
    private void Entries(PatchedTable table, VirtualAddress va, VirtualAddress end, PhysicalAddress pa,
        MappingRequest request, bool contiguous)
    {
        var level = table.Level;
        if (level.IsLast)
        {
            WritePages(table, va, end, pa, request, contiguous);
            return;
        }

        ulong size = _geometry.Size(level);
        while (va != end)
        {
            var next = Next(va, end, size);
            int index = _geometry.Index(va, level);
            bool whole = va.IsAligned(size) && next.IsAligned(size) && pa.IsAligned(size);
            if (whole && LinuxUsesBlocks(level) && request.Allows(MappingFlags.NoBlocks)
                && (table.Child(index) is null || !descends))
                WriteBlock(table, index, va, pa, request, contiguous);
            else
                Descend(table, index, va, next, pa, request);
            pa += next - va;
            va = next;
        }
    }

    // pmd_set_huge() and pud_set_huge() refuse an unsafe change silently. BUG_ON() then compares the old entry with the
    // one that stands there, which before 7.2 fails for a contiguous entry even where nothing changed.
    private void WriteBlock(PatchedTable table, int index, VirtualAddress va, PhysicalAddress pa,
        MappingRequest request, bool contiguous)
    {
        if (table.Child(index) is not null)
            return;
        var (old, leaf) = (table[index], request.Leaf(table.Level, pa, contiguous));
        if (_live.MayBecome(old, leaf))
            editor.Write(table, index, leaf);
        else
            _live.Demand(va, old, old);
    }

    private void WritePages(PatchedTable table, VirtualAddress va, VirtualAddress end, PhysicalAddress pa,
        MappingRequest request, bool contiguous)
    {
        ulong size = _geometry.Granule.PageSize;
        int index = _geometry.Index(va, table.Level);
        int count = (int)((end - va) / size);
        if (!table.IsEmpty(index, count))
        {
            for (int i = 0; i < count; i++)
                _live.Demand(va + (ulong)i * size, table[index + i],
                    request.Leaf(table.Level, pa + (ulong)i * size, contiguous));
        }

        var first = request.Leaf(table.Level, pa, contiguous);
        var last = request.Leaf(table.Level, pa + (ulong)(count - 1) * size, contiguous);
        if (last.Bits - first.Bits == (ulong)(count - 1) * size)
        {
            editor.WriteLeaves(table, index, count, first, size);
            return;
        }

        // The address bits do not advance linearly over a 2^48 or 2^50 boundary of FEAT_LPA or FEAT_LPA2.
        for (int i = 0; i < count; i++)
            editor.Write(table, index + i, request.Leaf(table.Level, pa + (ulong)i * size, contiguous));
    }

    private void Descend(PatchedTable table, int index, VirtualAddress va, VirtualAddress end, PhysicalAddress pa,
        MappingRequest request)
    {
        if (table.Child(index) is null)
        {
            if (!table[index].IsNone)
                throw new KernelPanicException(
                    $"BUG: a live block of level {table.Level} at {va} stands where a table is needed");
            if (TryLinkPages(table, index, end - va, pa, request))
                return;
            if (!pages.TryAllocate(out var page))
                throw new KernelPanicException("Failed to allocate page table page");
            var child = NewTable(page, table.Level.Next, va, end, pa, request);
            editor.Write(table, index, request.Table(page), child);
            if (child is SequenceTable)
                return;
        }

        Fill(editor.EditChild(table, index), va, end, pa, request);
    }

    // A page table that one request fills completely is an arithmetic run and stores no words.
    private TranslationTable NewTable(PhysicalAddress page, Level level, VirtualAddress va, VirtualAddress end,
        PhysicalAddress pa, MappingRequest request)
    {
        if (level.IsLast && end - va == _geometry.Size(level) * (ulong)_geometry.Entries(level)
            && SequenceTable.Leaves(_geometry, page, level, request.FirstOfTable(level, pa)) is { } run)
        {
            return run;
        }

        return editor.NewTable(page, level);
    }

    // A whole table of page tables whose pages are adjacent. The tables have the same addresses as if they were linked
    // one by one (first the table, then one page for each entry), but nothing is stored for each.
    private bool TryLinkPages(PatchedTable table, int index, ulong size, PhysicalAddress pa, MappingRequest request)
    {
        var level = table.Level.Next;
        if (level != Level.L2 || size != _geometry.Size(table.Level)
            || (request.Allows(MappingFlags.NoBlocks) && pa.IsAligned(_geometry.Size(level))))
            return false;
        int count = 1 + _geometry.Entries(level);
        if (!pages.TryPeekRow(count, out var top))
            return false;
        var first = request.Table(new(top.Value - _geometry.Granule.PageSize));
        if (TableOfSequences.Leaves(_geometry, top, level, first, descending: true,
            request.FirstOfTable(Level.L3, pa)) is not { } tables)
            return false;
        pages.TakeRow(top, count);
        editor.Write(table, index, request.Table(top), tables);
        return true;
    }

    // Linux uses PMD blocks with every granule, and PUD blocks only with 4K pages (pud_sect_supported).
    private bool LinuxUsesBlocks(Level level) =>
        level == Level.L2 || (level == Level.L1 && _geometry.Granule == Granule.K4);

    private static VirtualAddress Next(VirtualAddress va, VirtualAddress end, ulong size)
    {
        var next = va.AlignDown(size) + size;
        return next - va < end - va ? next : end;
    }
}
