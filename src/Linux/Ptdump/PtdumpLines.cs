using System.Buffers;

namespace Orleans.Mmu.Linux.Ptdump;

/// <summary>
/// The lines of a text without what mail programs and logs put in front of them: quote marks ("> "), time stamps of
/// dmesg ("[   12.345678] ", "[    T1] "), log levels ("&lt;6>") and a syslog's head (up to "kernel: "), and without a
/// byte order mark at the beginning.
/// </summary>
internal ref struct PtdumpLines(ReadOnlySpan<byte> text)
{
    private const int LongestHead = 100;

    private static readonly SearchValues<byte> Digits = SearchValues.Create("0123456789."u8);

    private static ReadOnlySpan<byte> ByteOrderMark => [0xef, 0xbb, 0xbf];

    private ReadOnlySpan<byte> _rest = text.StartsWith(ByteOrderMark) ? text[ByteOrderMark.Length..] : text;

    /// <summary>The line's number, from 1.</summary>
    public int Number { get; private set; }

    /// <summary>The line without white space around it.</summary>
    public ReadOnlySpan<byte> Line { get; private set; }

    public bool Next()
    {
        if (_rest.IsEmpty)
            return false;
        Number++;
        int end = _rest.IndexOf((byte)'\n');
        var raw = end < 0 ? _rest : _rest[..end];
        _rest = end < 0 ? default : _rest[(end + 1)..];
        Line = raw.Length > 0 && raw[0] == '0' ? TrimEnd(raw) : Clean(raw);
        return true;
    }

    private static ReadOnlySpan<byte> Clean(ReadOnlySpan<byte> line)
    {
        line = TrimEnd(line);
        while (!line.IsEmpty)
        {
            int head = Head(line);
            if (head == 0)
                break;
            line = line[head..];
        }

        return line;
    }

    // The length of one thing at the beginning that does not belong to the kernel's text; 0 where there is none.
    private static int Head(ReadOnlySpan<byte> line) => line[0] switch
    {
        (byte)' ' or (byte)'\t' or (byte)'>' or (byte)'|' => 1,
        0xc2 when line.Length > 1 && line[1] == 0xa0 => 2,
        (byte)'[' => Bracket(line),
        (byte)'<' => line.IndexOf((byte)'>') is >= 2 and <= 4 and var end && IsNumber(line[1..end]) ? end + 1 : 0,
        _ => Syslog(line),
    };

    private static int Bracket(ReadOnlySpan<byte> line)
    {
        int end = line.IndexOf((byte)']');
        if (end is < 2 or > 24)
            return 0;
        var inside = Trim(line[1..end]);
        bool isStamp = IsNumber(inside) || (inside.Length > 1 && inside[0] is (byte)'T' or (byte)'C'
            && IsNumber(inside[1..]));
        return isStamp ? end + 1 : 0;
    }

    private static int Syslog(ReadOnlySpan<byte> line)
    {
        int kernel = line[..Math.Min(line.Length, LongestHead)].IndexOf("kernel: "u8);
        return kernel < 0 ? 0 : kernel + "kernel: "u8.Length;
    }

    private static bool IsNumber(ReadOnlySpan<byte> text) =>
        !text.IsEmpty && text.IndexOfAnyExcept(Digits) < 0;

    private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text) => text.Trim(" \t"u8);

    private static ReadOnlySpan<byte> TrimEnd(ReadOnlySpan<byte> text) => text.TrimEnd(" \t\r"u8);
}
