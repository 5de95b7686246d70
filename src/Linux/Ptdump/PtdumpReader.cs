using System.Text;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Linux.Layout;
using Orleans.Mmu.Linux.LinearMap;

namespace Orleans.Mmu.Linux.Ptdump;

/// <summary>
/// Reads the whole linear map of a ptdump for a geometry: rows from PAGE_OFFSET to PAGE_END without a gap, between the
/// markers of the linear map. What is before and behind them is skipped.
/// </summary>
public sealed class PtdumpReader : IPtdumpReceiver
{
    private readonly string _file;
    private readonly TranslationGeometry _geometry;
    private readonly VirtualAddress _pageEnd;
    private readonly List<PtdumpRow> _rows = [];
    private VirtualAddress _at;
    private bool _isInside;
    private bool _isComplete;

    private PtdumpReader(string file, TranslationGeometry geometry)
    {
        _file = file;
        _geometry = geometry;
        _at = geometry.UpperHalfStart;
        _pageEnd = LinearMapLayout.EndOf(geometry);
    }

    /// <param name="file">The name of the text in errors.</param>
    /// <exception cref="InputException">The text has no such section, or a row is impossible.</exception>
    public static IReadOnlyList<PtdumpRow> Read(string file, string text, TranslationGeometry geometry)
    {
        var reader = new PtdumpReader(file, geometry);
        var plain = QuotedPrintable.Decode(Encoding.UTF8.GetBytes(text), out _);
        int lines = Math.Max(PtdumpParser.Read(file, plain.Span, reader), 1);
        return reader._isComplete ? reader._rows : throw (reader._isInside
            ? reader.Error(lines, $"expected \"---[ {PtdumpMarkers.LinearEnd} ]---\", found the end of the text")
            : reader.Error(lines, $"expected \"---[ {PtdumpMarkers.LinearStart} ]---\", found none"));
    }

    /// <inheritdoc/>
    public bool OnMarker(string name, int line)
    {
        if (_isInside && name == PtdumpMarkers.LinearEnd)
        {
            _isComplete = _at == _pageEnd ? true : throw Error(line,
                $"expected rows up to {_pageEnd} (PAGE_END of {_geometry}), found the last to end at {_at}");
            return false;
        }

        if (_isInside)
            throw Error(line, $"expected rows or \"{PtdumpMarkers.LinearEnd}\", found another marker");
        _isInside = name == PtdumpMarkers.LinearStart;
        return true;
    }

    /// <inheritdoc/>
    public void OnOther(ReadOnlySpan<byte> text, int line)
    {
        if (_isInside)
            throw Error(
                line, $"expected a row such as \"0x…-0x…  2M PMD …\", found {PtdumpParser.Quoted(text)}");
    }

    /// <inheritdoc/>
    public void OnRow(in DumpedRow row)
    {
        if (!_isInside)
            return;
        var (start, end) = (new VirtualAddress(row.Start), new VirtualAddress(row.End));
        if (start != _at || end <= start || end > _pageEnd)
            throw Error(row.Line, $"expected addresses from {_at} and up to {_pageEnd} at most, found {row.Range}");
        string name = PtdumpLevels.Names[row.Name];
        if (PtdumpLevels.LevelOf(_geometry, row.Name, row.IsHole) is not { } level)
            throw Error(row.Line,
                $"expected a level of {_geometry} that can hold {(row.IsHole ? "nothing" : "a leaf")}, found {name}");
        if (!start.IsAligned(_geometry.Size(level)) || !end.IsAligned(_geometry.Size(level)))
            throw Error(row.Line, $"expected multiples of {LeafCensus.SizeName(_geometry.Size(level))}, which a {name} "
                + $"entry spans, found {row.Range}");
        _rows.Add(new(row.Line, start, end, level, row.IsHole ? null : row.DescriptorBits, row.TypeIsKnown));
        _at = end;
    }

    private InputException Error(int line, string message) => new(_file, line, message);
}
