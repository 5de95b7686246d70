using System.Text;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Linux.Ptdump;

/// <summary>
/// Finds the rows and markers of a ptdump in a text, whole or quoted in a mail or a log: each row begins with its
/// addresses, and wrapped rows are joined.
/// </summary>
public static class PtdumpParser
{
    private const int MostQuoted = 60;

    /// <summary>Reads a text to its end, or until the receiver has enough.</summary>
    /// <param name="file">The name of the text in errors.</param>
    /// <returns>The lines that were read.</returns>
    /// <exception cref="InputException">A row or a marker is malformed.</exception>
    public static int Read(string file, ReadOnlySpan<byte> text, IPtdumpReceiver receiver)
    {
        text = TerminalText.Plain(text);
        var lines = new PtdumpLines(text);
        RowInProgress? open = null;
        while (lines.Next())
        {
            var line = lines.Line;
            if (line.IsEmpty)
                continue;
            if (PtdumpLines.IsOfDiff(line))
                throw Error(file, lines.Number, "one ptdump", $"a line of a diff of two, {Quoted(line)}");
            bool isRow = line.Length > 2 && line[0] == '0' && (line[1] | 0x20) == 'x';
            if (open is { } wrapped && !isRow && Continue(wrapped, line) is { } longer)
            {
                open = longer;
                continue;
            }

            if (open is { } done)
                receiver.OnRow(Finished(file, done));
            open = null;
            if (isRow)
                open = Begin(file, line, lines.Number);
            else if (!line.StartsWith("---["u8))
                receiver.OnOther(line, lines.Number);
            else if (!receiver.OnMarker(Marker(file, line, lines.Number), lines.Number))
                return lines.Number;
        }

        if (open is { IsComplete: false, HasFields: true } && !text.EndsWith("\n"u8))
            throw Error(file, lines.Number, "a memory type such as MEM/NORMAL", "the end of the text");
        if (open is { } final)
            receiver.OnRow(Finished(file, final));
        return lines.Number;
    }

    /// <summary>A part of the text for a message, in quotation marks.</summary>
    public static string Quoted(ReadOnlySpan<byte> text) => text.Length > MostQuoted
        ? $"\"{OneLine.Of(Encoding.UTF8.GetString(text[..MostQuoted]))}…\""
        : $"\"{OneLine.Of(Encoding.UTF8.GetString(text))}\"";

    private static RowInProgress Begin(string file, ReadOnlySpan<byte> line, int number)
    {
        var row = new RowInProgress { Line = number };
        while (!line.IsEmpty)
        {
            var word = Word(ref line);
            if (row.Take(word) is { } expected)
                throw Error(file, number, expected, Quoted(word));
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

    private static DumpedRow Finished(string file, in RowInProgress open) => open.Finish(out var row) is { } expected
        ? throw Error(file, open.Line, expected, "the end of the row") : row;

    private static ReadOnlySpan<byte> Word(ref ReadOnlySpan<byte> line)
    {
        int end = line.IndexOfAny((byte)' ', (byte)'\t', (byte)0xc2);
        var word = end < 0 ? line : line[..end];
        line = end < 0 ? default : line[end..];
        while (!line.IsEmpty && line[0] is (byte)' ' or (byte)'\t' or 0xc2 or 0xa0)
            line = line[1..];
        return word;
    }

    private static string Marker(string file, ReadOnlySpan<byte> line, int number)
    {
        int end = line.IndexOf("]---"u8);
        return end >= 0 ? Encoding.UTF8.GetString(line["---["u8.Length..end]).Trim()
            : throw Error(file, number, "a marker such as \"---[ Linear Mapping start ]---\"", Quoted(line));
    }

    private static InputException Error(string file, int line, string expected, string found) =>
        new(file, line, $"expected {expected}, found {found}");
}
