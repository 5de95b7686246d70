using System.Globalization;
using System.Text.Json;
using Orleans.Mmu.Arm;

namespace Orleans.Mmu.Tests.Truth;

/// <summary>One boot of a real kernel: its page tables as the model's, and what an independent decoder read from them.</summary>
internal sealed class RealBoot
{
    private const int ComparedColumns = 12;

    private readonly TablePages _pages;
    private readonly TableEditor _editor;
    private readonly Dictionary<(ulong, int), TranslationTable> _tables = [];

    private RealBoot(string folder)
    {
        using var machine = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "machine.json")));
        var kernel = machine.RootElement.GetProperty("kernel");
        if (!Granule.TryParse(kernel.GetProperty("pageSize").GetString(), out var granule))
            throw new InvalidDataException($"{folder}: unknown page size");
        Geometry = TranslationGeometry.Create(granule, kernel.GetProperty("vaBits").GetInt32());
        _pages = TablePages.Read(Path.Combine(folder, "tables.bin.zst"));
        _editor = new TableEditor(Geometry);
        Root = RootOf(folder, Geometry);
        _editor.AddRoot(Table(Root, Geometry.StartLevel));
        Memory = _editor.Publish();
        TablePageCount = _pages.Count;
        Lines = [.. File.ReadLines(Path.Combine(folder, "leaves.tsv")).Skip(1)
            .Select(l => string.Join('\t', l.Split('\t').Take(ComparedColumns)))];
    }

    public TranslationGeometry Geometry { get; }

    public PhysicalAddress Root { get; }

    public TableSnapshot Memory { get; }

    /// <summary>Pages in the dump: every table reachable from TTBR1.</summary>
    public int TablePageCount { get; }

    /// <summary>The compared columns of leaves.tsv.</summary>
    public IReadOnlyList<string> Lines { get; }

    /// <summary>PAGE_END: half of what VA_BITS_MIN gives, which is 47 on 16K pages and 48 otherwise for a 52-bit kernel.</summary>
    public VirtualAddress LinearMapEnd
    {
        get
        {
            int minimum = Geometry.VaBits < 52 ? Geometry.VaBits : Geometry.Granule == Granule.K16 ? 47 : 48;
            return new(ulong.MaxValue << (minimum - 1));
        }
    }

    public static RealBoot Open(string name) => new(Path.Combine(TruthFolder.Path!, name));

    /// <summary>The leaves of the linear map.</summary>
    public IEnumerable<LeafRun> LinearMap() =>
        LeafWalk.Leaves(Geometry, Memory.Root(Root)!, Geometry.UpperHalfStart).TakeWhile(r => r.Start < LinearMapEnd);

    /// <summary>A run as leaves.tsv writes it.</summary>
    public string Line(LeafRun run)
    {
        var attributes = run.First.Attributes(Geometry, run.Level);
        return string.Create(CultureInfo.InvariantCulture,
            $"0x{run.Start.Value:x16}\t0x{run.End(Geometry).Value:x16}\t{run.First.OutputAddress(Geometry, run.Level)}\t{run.Level}\t")
            + string.Join('\t', Geometry.Size(run.Level), run.Count, Bit(run.First.IsValid), Bit(attributes.ReadOnly),
                Bit(attributes.PrivilegedExecuteNever), Bit(attributes.UnprivilegedExecuteNever), Bit(run.First.Contiguous),
                attributes.AttrIndex);
    }

    private static int Bit(bool on) => on ? 1 : 0;

    // BADDR[47:1]; with 52-bit addresses BADDR[51:48] is in TTBR[5:2] and the table is aligned to 64 bytes.
    private static PhysicalAddress RootOf(string folder, TranslationGeometry geometry)
    {
        string line = File.ReadLines(Path.Combine(folder, "registers.txt"))
            .First(l => l.StartsWith("cpu0 TTBR1_EL1", StringComparison.Ordinal));
        ulong ttbr = ulong.Parse(line.AsSpan(line.IndexOf("0x", StringComparison.Ordinal) + 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return new(geometry.PaBits == 52
            ? (ttbr & 0x0000_ffff_ffff_ffc0) | (ttbr >> 2 & 0xf) << 48
            : ttbr & 0x0000_ffff_ffff_fffe);
    }

    private TranslationTable Table(PhysicalAddress address, Level level)
    {
        if (_tables.TryGetValue((address.Value, level.Number), out var known))
            return known;
        var table = _editor.NewTable(address, level);
        for (int i = 0; i < table.Count; i++)
        {
            var descriptor = new Descriptor(_pages.Word(table.AddressOf(i).Value));
            bool leads = descriptor.Kind(Geometry, level) == DescriptorKind.Table;
            _editor.Write(table, i, descriptor, leads ? Table(descriptor.NextTable(Geometry), level.Next) : null);
        }

        _tables.Add((address.Value, level.Number), table);
        return table;
    }
}
