using System.Globalization;
using System.Text;
using Orleans.Mmu.Arm.Addresses;

namespace Orleans.Mmu.Linux.Ptdump;

/// <summary>
/// arm64's note_page(): receives each entry in turn, joins those that print alike, and prints a row when an entry
/// differs or a marker is passed.
/// </summary>
internal sealed class PtdumpRows(IReadOnlyList<PtdumpMarker> markers, IReadOnlyList<PtdumpField> fields)
{
    private readonly List<string> _lines = [];
    private int _marker;
    private VirtualAddress _start;
    private string? _level;
    private ulong _bits;

    /// <summary>The next marker's address; the last address if there is no further marker.</summary>
    public VirtualAddress NextMarker =>
        _marker + 1 < markers.Count ? markers[_marker + 1].Address : new(ulong.MaxValue);

    /// <summary>An entry begins at an address; the level is null after the last entry.</summary>
    public void AddEntry(VirtualAddress address, string? level, ulong word)
    {
        ulong bits = word & PtdumpFields.Mask;
        if (_level is null)
        {
            (_level, _bits, _start) = (level, bits, address);
            Announce();
        }
        else if (bits != _bits || level != _level || address >= NextMarker)
        {
            _lines.Add(Row(address));
            if (address >= NextMarker)
                Advance();
            (_level, _bits, _start) = (level, bits, address);
        }

        if (address >= NextMarker)
            Advance();
    }

    /// <summary>The lines printed since the last call.</summary>
    public IReadOnlyList<string> Take()
    {
        string[] lines = [.. _lines];
        _lines.Clear();
        return lines;
    }

    private void Advance()
    {
        _marker++;
        Announce();
    }

    private void Announce() => _lines.Add($"---[ {markers[_marker].Name} ]---");

    private string Row(VirtualAddress end)
    {
        var row = new StringBuilder();
        (ulong size, char unit) = PtdumpSize.Scale(end - _start);
        row.Append(CultureInfo.InvariantCulture, $"{_start}-{end}   {size,9}{unit} {_level}");
        if (_bits != 0)
        {
            foreach (var field in fields)
            {
                if (field.Text(_bits) is { } text)
                    row.Append(' ').Append(text);
            }
        }

        return row.ToString();
    }
}
