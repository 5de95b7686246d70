using System.Buffers.Binary;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Tables;

namespace Orleans.Mmu.Arm.Dumps;

/// <summary>
/// Builds tables from the pages of a dump, starting at the root. A page may be reached once: a table that leads to
/// itself and a table that two entries share are refused, so the pages of the dump bound the work. Pages that no entry
/// leads to are ignored.
/// </summary>
public sealed class DumpedTables
{
    private readonly TableDump _dump;
    private readonly TableEditor _editor;
    private readonly HashSet<PhysicalAddress> _reached = [];

    private DumpedTables(TableDump dump, TranslationGeometry geometry)
    {
        _dump = dump;
        _editor = new TableEditor(geometry);
    }

    /// <summary>The tables below a TTBR1, as a snapshot with that one root.</summary>
    /// <exception cref="DumpException">
    /// The page size is not the granule, a page is missing, or a page is reached twice.
    /// </exception>
    public static TableSnapshot Decode(TableDump dump, UpperRegime regime)
    {
        var geometry = regime.Geometry;
        if ((ulong)dump.PageSize != geometry.Granule.PageSize)
            throw new DumpException(
                $"expected pages of {geometry.Granule.PageSize} bytes, as TCR_EL1.TG1 says, found pages of "
                + $"{dump.PageSize}");
        var tables = new DumpedTables(dump, geometry);
        tables._editor.AddRoot(tables.Table(regime.Ttbr.RootAddress, geometry.StartLevel, "TTBR1_EL1"));
        return tables._editor.Publish();
    }

    private TranslationTable Table(PhysicalAddress address, Level level, string from)
    {
        var page = address.AlignDown((ulong)_dump.PageSize);
        if (!_dump.TryPage(page, out var bytes))
            throw new DumpException($"{from} leads to {address}: expected that page in the dump, found none");
        if (!_reached.Add(page))
            throw new DumpException(
                $"{from} leads to {address}: expected each table page to be reached once, found this one reached "
                + $"before");

        var geometry = _editor.Geometry;
        int count = geometry.Entries(level);
        var words = bytes.Span.Slice((int)(address - page), count * 8);
        if (level.IsLast && Run(address, words) is { } run)
            return run;
        var table = _editor.NewTable(address, level);
        for (int i = 0; i < count; i++)
        {
            var descriptor = Word(words, i);
            if (descriptor.IsNone)
                continue;
            bool leads = descriptor.Kind(geometry, level) == DescriptorKind.Table;
            _editor.Write(table, i, descriptor,
                leads ? Table(descriptor.NextTable(geometry), level.Next,
                    $"entry {i} of the level {level} table at {address}") : null);
        }

        return table;
    }

    // A full page of consecutive leaves is stored without its words.
    private SequenceTable? Run(PhysicalAddress address, ReadOnlySpan<byte> words)
    {
        var first = Word(words, 0);
        if (first.IsNone || SequenceTable.Leaves(_editor.Geometry, address, Level.L3, first) is not { } run)
            return null;
        for (int i = 1; i < run.Count; i++)
        {
            if (Word(words, i) != run[i])
                return null;
        }

        return run;
    }

    private static Descriptor Word(ReadOnlySpan<byte> words, int index) =>
        new(BinaryPrimitives.ReadUInt64LittleEndian(words[(index * 8)..]));
}
