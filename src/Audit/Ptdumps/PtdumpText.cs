using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Audit.Findings;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Linux.Ptdump;

namespace Orleans.Mmu.Audit.Ptdumps;

/// <summary>
/// The rows and markers of a ptdump, whole or in part; lines that are neither are counted. Rows that overlap or leave a
/// gap are findings; rows out of order are not a ptdump.
/// </summary>
internal sealed class PtdumpText : IPtdumpReceiver
{
    /// <summary>The most rows.</summary>
    public const int MostRows = 16_000_000;

    private const int MostMarkers = 100;

    private readonly string _file;
    private readonly FindingList _findings;
    private readonly List<DumpedRow> _rows = [];
    private readonly List<(ulong Start, string Name, int Line)> _markers = [];
    private readonly List<(string Name, int Line)> _waiting = [];
    private DumpedRow? _last;

    private PtdumpText(string file, FindingList findings) => (_file, _findings) = (file, findings);

    /// <summary>The rows that map something, in order of address.</summary>
    public IReadOnlyList<DumpedRow> Rows => _rows;

    /// <summary>
    /// The markers, each with the address of the row that follows it; behind the last row, with the row's end.
    /// </summary>
    public IReadOnlyList<(ulong Start, string Name, int Line)> Markers => _markers;

    /// <summary>What rows say of the levels.</summary>
    public LevelEvidence Evidence { get; } = new();

    /// <summary>Lines that are neither rows nor markers, blank ones aside, and the first of them.</summary>
    public (int Count, int First) OtherLines { get; private set; }

    /// <param name="file">The name of the text in errors.</param>
    /// <param name="findings">Receives overlaps and gaps.</param>
    /// <exception cref="InputException">A row is malformed or out of order, or there is none.</exception>
    public static PtdumpText Read(string file, ReadOnlySpan<byte> text, FindingList findings)
    {
        var dump = new PtdumpText(file, findings);
        int lines = PtdumpParser.Read(file, text, dump);
        if (dump._last is not { } last)
            throw dump.Error(Math.Max(lines, 1),
                "rows such as \"0xffff000000000000-0xffff000000200000  2M PMD …\" (/sys/kernel/debug/"
                + "kernel_page_tables)", "none");
        dump.Place(last.End == 0 ? ulong.MaxValue : last.End);
        return dump;
    }

    public void OnRow(in DumpedRow row)
    {
        if (_last is { } last && !IsNewHalf(last, row))
        {
            if (row.Start < last.Start)
                throw Error(row.Line, $"addresses from {new VirtualAddress(last.End)} on, as rows ascend",
                    new VirtualAddress(row.Start).ToString());
            var (before, now) = (new VirtualAddress(last.End), new VirtualAddress(row.Start));
            if (unchecked(row.Start - 1) < unchecked(last.End - 1))
                _findings.Add(AuditRule.OverlappingRanges, now,
                    row.End != 0 && row.End < last.End ? new(row.End) : before,
                    $"is in the row of line {last.Line}, too", row.Line);
            else if (row.Start != last.End)
                _findings.Add(AuditRule.MissingRange, before, now,
                    $"is in no row: line {row.Line} does not begin where line {last.Line} ends", row.Line);
        }

        Place(row.Start);
        _last = row;
        Evidence.Add(row);
        if (row.IsHole)
            return;
        if (_rows.Count == MostRows)
            throw Error(row.Line, $"at most {MostRows} rows", "more");
        _rows.Add(row);
    }

    public bool OnMarker(string name, int line)
    {
        if (_markers.Count + _waiting.Count >= MostMarkers)
            throw Error(line, $"at most {MostMarkers} markers", "more");
        if (_markers.Exists(m => m.Name == name) || _waiting.Exists(m => m.Name == name))
            throw Error(line, "one dump", $"the marker \"{OneLine.Of(name)}\" again");
        _waiting.Add((name, line));
        return true;
    }

    public void OnOther(ReadOnlySpan<byte> text, int line) =>
        OtherLines = (OtherLines.Count + 1, OtherLines.Count == 0 ? line : OtherLines.First);

    private void Place(ulong start)
    {
        foreach (var (name, line) in _waiting)
            _markers.Add((start, name, line));
        _waiting.Clear();
    }

    // The tables of UEFI translate the lower half; their dump may follow the kernel's in one file.
    private static bool IsNewHalf(DumpedRow last, DumpedRow row) =>
        new VirtualAddress(last.Start).IsUpperHalf && !new VirtualAddress(row.Start).IsUpperHalf;

    private InputException Error(int line, string expected, string found) =>
        new(_file, line, $"expected {expected}, found {found}");
}
