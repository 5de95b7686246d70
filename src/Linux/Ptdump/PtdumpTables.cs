using System.Globalization;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Linux.Layout;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Linux.Ptdump;

/// <summary>
/// Builds tables that print as a given ptdump. What rows do not show is filled in as the machine's kernel would have
/// it: output addresses are the linear map's, writable leaves carry DBM, all leaves carry the dirty bit if PAGE_KERNEL
/// does, and table pages come from where the kernel takes them.
/// </summary>
public sealed class PtdumpTables
{
    /// <summary>The most tables: as many as 8 TiB in 4K pages need.</summary>
    public const long MaxTables = 1L << 22;

    private readonly string _file;
    private readonly LinearMapPainter _painter;
    private readonly TableEditor _editor;
    private readonly ulong _dirty;

    private PtdumpTables(string file, MachineDescription machine, LinearMapPainter painter)
    {
        _file = file;
        _painter = painter;
        _editor = new TableEditor(machine.Geometry);
        _dirty = machine.Rules.KernelPagesAreDirty ? PtdumpFields.Dirty : 0;
    }

    /// <param name="file">The name of the rows' text in errors.</param>
    /// <param name="painter">
    /// The machine's painter, for its layout and its table pages, none of which may be in use.
    /// </param>
    /// <exception cref="InputException">
    /// A row maps an address that no output address reaches, or needs more than <see cref="MaxTables"/> tables.
    /// </exception>
    public static TableSnapshot Build(string file, IReadOnlyList<PtdumpRow> rows, MachineDescription machine,
        LinearMapPainter painter)
    {
        var tables = new PtdumpTables(file, machine, painter);
        var root = tables._editor.NewTable(painter.Swapper, machine.Geometry.StartLevel);
        tables._editor.AddRoot(root);
        foreach (var row in rows)
            tables.Fill(root, row, row.Start, row.End);
        return tables._editor.Publish();
    }

    private void Fill(PatchedTable table, PtdumpRow row, VirtualAddress from, VirtualAddress to)
    {
        ulong size = _editor.Geometry.Size(table.Level);
        for (var va = from; va < to;)
        {
            var next = va.AlignDown(size) + size;
            // The last entry of the address space has no next address.
            var end = next - va < to - va ? next : to;
            int index = _editor.Geometry.Index(va, table.Level);
            if (table.Level < row.Level)
                Descend(table, index, row, va, end);
            else if (!row.IsHole)
                _editor.Write(table, index, Leaf(row, va));
            va = end;
        }
    }

    private void Descend(PatchedTable table, int index, PtdumpRow row, VirtualAddress va, VirtualAddress end)
    {
        var geometry = _editor.Geometry;
        var level = table.Level.Next;
        if (table.Child(index) is null)
        {
            // Behind PAGE_END are the kernel's own tables, which do not belong to this map.
            var entry = va.AlignDown(geometry.Size(table.Level));
            if (row.IsHole && entry + geometry.Size(table.Level) - entry > LinearMapLayout.EndOf(geometry) - entry)
                return;
            if (_painter.Pages.Allocated >= MaxTables || !_painter.Pages.TryAllocate(out var page))
                throw Error(
                    row, string.Create(
                        CultureInfo.InvariantCulture,
                        $"expected a map of at most {MaxTables} tables that fit into the machine's memory, found one "
                        + $"that needs more"));
            bool whole = end - va == geometry.Size(table.Level) && level == row.Level;
            var child = whole ? Whole(row, page, va) : _editor.NewTable(page, level);
            _editor.Write(table, index, Descriptor.Table(geometry, page, KernelAttributes.Table(noExec: true)), child);
            if (whole && child is SequenceTable)
                return;
        }

        Fill(_editor.EditChild(table, index), row, va, end);
    }

    // A table that one row fills stores no words.
    private TranslationTable Whole(PtdumpRow row, PhysicalAddress page, VirtualAddress va)
    {
        if (row.IsHole)
            return SequenceTable.Empty(_editor.Geometry, page, row.Level);
        SequenceTable? run = row.Level.IsLast
            ? SequenceTable.Leaves(_editor.Geometry, page, row.Level, Leaf(row, va)) : null;
        return run is null ? _editor.NewTable(page, row.Level) : run;
    }

    private Descriptor Leaf(PtdumpRow row, VirtualAddress va)
    {
        var geometry = _editor.Geometry;
        var pa = _painter.Layout.PhysicalOffset + (va - _painter.Layout.PageOffset);
        if (pa.Value >> geometry.PaBits != 0)
            throw Error(
                row, $"expected output addresses below 2^{geometry.PaBits}, found {va}, whose linear one is {pa}");
        ulong bits = row.Bits!.Value;
        if (geometry.Format == OutputAddressFormat.Lpa2)
        {
            bool sharedShows = PtdumpFields.Shared.Text(geometry.Encode(pa)) == PtdumpFields.Shared.Set;
            if (sharedShows != ((bits & PtdumpFields.Shared.Mask) != 0))
                throw Error(
                    row, $"expected {(sharedShows ? "SHD" : "no SHD")}, since with {geometry} those bits are the "
                        + $"address's, found {(sharedShows ? "none" : "it")}");
            bits &= ~PtdumpFields.Shared.Mask;
        }

        ulong type = (row.IsValid ? 1UL : 0) | (row.Level.IsLast ? 2UL : 0);
        ulong writable = row.IsReadOnly ? 0 : PtdumpFields.Writable;
        return new(bits | type | geometry.Encode(pa) | writable | _dirty);
    }

    private InputException Error(PtdumpRow row, string message) => new(_file, row.Line, message);
}
