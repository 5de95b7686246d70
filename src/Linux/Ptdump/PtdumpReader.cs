using System.Globalization;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Linux.LinearMap;

namespace Orleans.Mmu.Linux.Ptdump;

/// <summary>
/// Reads the linear-mapping section of a ptdump. Its rows must be contiguous. The number of spaces may differ from the
/// kernel's, because mail programs change it. Other sections are skipped.
/// </summary>
public sealed class PtdumpReader
{
    private readonly string _file;
    private readonly TranslationGeometry _geometry;
    private readonly VirtualAddress _pageEnd;

    private PtdumpReader(string file, TranslationGeometry geometry)
    {
        _file = file;
        _geometry = geometry;
        _pageEnd = LinearMapLayout.EndOf(geometry);
    }

    /// <param name="file">The name of the text in errors.</param>
    /// <exception cref="InputException">The text has no such section, or a row is impossible.</exception>
    public static IReadOnlyList<PtdumpRow> Read(string file, string text, TranslationGeometry geometry) =>
        new PtdumpReader(file, geometry).Rows(text);

    private List<PtdumpRow> Rows(string text)
    {
        var rows = new List<PtdumpRow>();
        var at = _geometry.UpperHalfStart;
        bool inside = false;
        int number = 0;
        foreach (var raw in text.AsSpan().EnumerateLines())
        {
            number++;
            var line = raw.Trim();
            if (line.StartsWith("---[ "))
            {
                bool start = line.SequenceEqual($"---[ {PtdumpMarkers.LinearStart} ]---");
                if (inside && line.SequenceEqual($"---[ {PtdumpMarkers.LinearEnd} ]---"))
                    return at == _pageEnd ? rows : throw Error(number,
                        $"expected rows up to {_pageEnd} (PAGE_END of {_geometry}), found the last to end at {at}");
                if (inside)
                    throw Error(number, $"expected rows or \"{PtdumpMarkers.LinearEnd}\", found another marker");
                inside = start;
            }
            else if (inside && !line.IsEmpty)
            {
                rows.Add(Row(line, number, at));
                at = rows[^1].End;
            }
        }

        throw inside
            ? Error(number, $"expected \"---[ {PtdumpMarkers.LinearEnd} ]---\", found the end of the text")
            : Error(number, $"expected \"---[ {PtdumpMarkers.LinearStart} ]---\", found none");
    }

    private PtdumpRow Row(ReadOnlySpan<char> line, int number, VirtualAddress expected)
    {
        string[] words = line.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        string[] ends = words[0].Split('-');
        if (words.Length < 3 || ends.Length != 2 || !TryAddress(ends[0], out var start)
            || !TryAddress(ends[1], out var end))
            throw Error(number, $"expected a row such as \"0x…-0x…  2M PMD …\", found \"{Short(line)}\"");
        if (start != expected || end <= start || end > _pageEnd)
            throw Error(
                number, $"expected addresses from {expected} and up to {_pageEnd} at most, found {start}-{end}");
        (ulong size, char unit) = PtdumpRows.Scale(end - start);
        if (words[1] != string.Create(CultureInfo.InvariantCulture, $"{size}{unit}"))
            throw Error(number, $"expected {size}{unit}, which the addresses span, found {Short(words[1])}");

        bool hole = words.Length == 3;
        if (FindLevel(words[2], hole) is not { } level)
            throw Error(
                number, $"expected a level of {_geometry} that can hold {(hole ? "nothing" : "a leaf")}, found "
                    + $"{Short(words[2])}");
        if (!start.IsAligned(_geometry.Size(level)) || !end.IsAligned(_geometry.Size(level)))
            throw Error(
                number, $"expected multiples of {LeafCensus.SizeName(_geometry.Size(level))}, which a {words[2]} "
                    + $"entry spans, found {start}-{end}");
        return hole ? new(number, start, end, level, null, true) : Leaves(words, number, start, end, level);
    }

    private PtdumpRow Leaves(string[] words, int number, VirtualAddress start, VirtualAddress end, Level level)
    {
        int at = 3;
        ulong bits = 0;
        bool isBlock = false;
        foreach (var field in PtdumpFields.Bits)
        {
            string set = field.Set.Trim();
            string clear = field.Clear!.Trim();
            bool found = at < words.Length && words[at] == set && set.Length > 0;
            bool cleared = at < words.Length && words[at] == clear && clear.Length > 0;
            // If neither of a field's two texts is blank, the row must contain one of them.
            if (!found && !cleared && set.Length > 0 && clear.Length > 0)
                throw Error(
                    number, $"expected {set} or {clear}, found "
                        + $"{(at < words.Length ? Short(words[at]) : "the end of the row")}");
            if (found || cleared)
                at++;
            if (PtdumpFields.IsBlock(field))
                isBlock = found;
            else if (found || (set.Length == 0 && !cleared))
                bits |= field.Value;
        }

        var type = at < words.Length ? PtdumpFields.MemoryTypes.Where(t =>
            t.Set == words[at]).Cast<PtdumpField?>().FirstOrDefault() : null;
        if (at < words.Length && (type is null || at + 1 < words.Length))
            throw Error(
                number, $"expected {string.Join(", ", PtdumpFields.MemoryTypes.Select(t => t.Set))} at the end, "
                    + $"found {Short(words[type is null ? at : at + 1])}");
        var row = new PtdumpRow(number, start, end, level, bits | (type?.Value ?? PtdumpFields.UnknownType),
            type is not null);
        if (row.IsValid && isBlock == level.IsLast)
        {
            throw Error(number, level.IsLast
                ? "expected no BLK, because an entry of level PTE is a page"
                : "expected BLK, because above level PTE only tables have none");
        }

        return row;
    }

    private Level? FindLevel(string name, bool hole)
    {
        for (var level = _geometry.StartLevel; ; level = level.Next)
        {
            bool can = hole || level.IsLast || _geometry.AllowsBlock(level);
            if (can && PtdumpFields.LevelName(_geometry, level, hole) == name)
                return level;
            if (level.IsLast)
                return null;
        }
    }

    private static bool TryAddress(string text, out VirtualAddress address)
    {
        bool good = text.StartsWith("0x", StringComparison.Ordinal)
            & ulong.TryParse(text.AsSpan(Math.Min(2, text.Length)), NumberStyles.AllowHexSpecifier,
                CultureInfo.InvariantCulture, out ulong value);
        address = new(value);
        return good;
    }

    private static string Short(ReadOnlySpan<char> text) => text.Length > 80 ? $"{text[..80]}…" : text.ToString();

    private InputException Error(int line, string message) => new(_file, line, message);
}
