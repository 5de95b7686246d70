using System.Text;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Audit.Findings;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Audit.Ptdumps;

/// <summary>
/// Reads the rows and markers of a ptdump, whole or quoted in a mail: each row begins with its addresses, wrapped rows
/// are joined, and lines that are neither rows nor markers are counted. Rows that overlap or leave a gap are findings;
/// rows out of order are not a ptdump.
/// </summary>
internal sealed class PtdumpText
{
    /// <summary>The most rows.</summary>
    public const int MostRows = 16_000_000;

    private const int MostMarkers = 100;
    private const int MostQuoted = 60;

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
    /// The markers, each with the address of the row that follows it; behind the last row, with its end.
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
        var lines = new TextLines(text.StartsWith(Encoding.UTF8.Preamble)
            ? text[Encoding.UTF8.Preamble.Length..] : text);
        RowInProgress? open = null;
        while (lines.Next())
        {
            var line = lines.Line;
            if (line.IsEmpty)
                continue;
            bool isRow = line.Length > 2 && line[0] == '0' && (line[1] | 0x20) == 'x';
            if (open is { } wrapped && !isRow && Continue(wrapped, line) is { } longer)
            {
                open = longer;
                continue;
            }

            if (open is { } done)
                dump.Add(done);
            open = null;
            if (isRow)
                open = dump.Begin(line, lines.Number);
            else if (line.StartsWith("---["u8))
                dump.AddMarker(line, lines.Number);
            else
                dump.OtherLines = (dump.OtherLines.Count + 1,
                    dump.OtherLines.Count == 0 ? lines.Number : dump.OtherLines.First);
        }

        if (open is { IsComplete: false } cut && !text.EndsWith("\n"u8) && cut.HasFields)
            throw dump.Error(lines.Number, "a memory type such as MEM/NORMAL", "the end of the text");
        if (open is { } final)
            dump.Add(final);
        dump.EndMarkers();
        if (dump._rows.Count == 0 && dump._last is null)
            throw dump.Error(Math.Max(lines.Number, 1),
                "rows such as \"0xffff000000000000-0xffff000000200000  2M PMD …\" (/sys/kernel/debug/"
                + "kernel_page_tables)", "none");
        return dump;
    }

    private RowInProgress Begin(ReadOnlySpan<byte> line, int number)
    {
        var row = new RowInProgress { Line = number };
        while (!line.IsEmpty)
        {
            var word = Word(ref line);
            if (row.Take(word) is { } expected)
                throw Error(number, expected, Quoted(word));
        }

        return row;
    }

    // The next line of a wrapped row has only words that fit; any other line is none of the row.
    private static RowInProgress? Continue(RowInProgress row, ReadOnlySpan<byte> line)
    {
        if (row.IsComplete)
            return null;
        while (!line.IsEmpty)
        {
            var word = Word(ref line);
            if (row.Take(word) is not null)
                return null;
        }

        return row;
    }

    private static ReadOnlySpan<byte> Word(ref ReadOnlySpan<byte> line)
    {
        int end = line.IndexOfAny((byte)' ', (byte)'\t', (byte)0xc2);
        var word = end < 0 ? line : line[..end];
        line = end < 0 ? default : line[end..];
        while (!line.IsEmpty && line[0] is (byte)' ' or (byte)'\t' or 0xc2 or 0xa0)
            line = line[1..];
        return word;
    }

    private void Add(RowInProgress open)
    {
        if (open.Finish(out var row) is { } expected)
            throw Error(open.Line, expected, "the end of the row");
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

        foreach (var (name, line) in _waiting)
            _markers.Add((row.Start, name, line));
        _waiting.Clear();
        _last = row;
        Evidence.Add(row);
        if (row.IsHole)
            return;
        if (_rows.Count == MostRows)
            throw Error(row.Line, $"at most {MostRows} rows", "more");
        _rows.Add(row);
    }

    // The tables of UEFI translate the lower half; their dump may follow the kernel's in one file.
    private static bool IsNewHalf(DumpedRow last, DumpedRow row) =>
        new VirtualAddress(last.Start).IsUpperHalf && !new VirtualAddress(row.Start).IsUpperHalf;

    private void AddMarker(ReadOnlySpan<byte> line, int number)
    {
        int end = line.IndexOf("]---"u8);
        if (end < 0)
            throw Error(number, "a marker such as \"---[ Linear Mapping start ]---\"", Quoted(line));
        string name = Encoding.UTF8.GetString(line["---["u8.Length..end]).Trim();
        if (_markers.Count + _waiting.Count >= MostMarkers)
            throw Error(number, $"at most {MostMarkers} markers", "more");
        if (_markers.Exists(m => m.Name == name) || _waiting.Exists(m => m.Name == name))
            throw Error(number, "one dump", $"the marker \"{OneLine.Of(name)}\" again");
        _waiting.Add((name, number));
    }

    // The markers behind the last row lie where it ends.
    private void EndMarkers()
    {
        if (_last is not { } last)
            return;
        foreach (var (name, line) in _waiting)
            _markers.Add((last.End == 0 ? ulong.MaxValue : last.End, name, line));
        _waiting.Clear();
    }

    private static string Quoted(ReadOnlySpan<byte> text) => text.Length > MostQuoted
        ? $"\"{OneLine.Of(Encoding.UTF8.GetString(text[..MostQuoted]))}…\""
        : $"\"{OneLine.Of(Encoding.UTF8.GetString(text))}\"";

    private InputException Error(int line, string expected, string found) =>
        new(_file, line, $"expected {expected}, found {found}");
}
