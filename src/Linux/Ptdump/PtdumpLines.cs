using System.Buffers;

namespace Orleans.Mmu.Linux.Ptdump;

/// <summary>
/// The lines of a text without what mail programs and logs put in front of them: quote marks ("> "), time stamps of
/// dmesg ("[   12.345678] ", "[    T1] "), log levels ("&lt;6>"), a syslog's head (up to "kernel: "), whatever else
/// is in front of a row or a marker (logcat, /dev/kmsg, grep's file name and line number), and without a byte order
/// mark at the beginning.
/// </summary>
internal ref struct PtdumpLines(ReadOnlySpan<byte> text)
{
    private const int LongestHead = 100;

    private static readonly SearchValues<byte> Digits = SearchValues.Create("0123456789."u8);

    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdefABCDEF"u8);

    // "0x%016lx-0x%016lx ".
    private const int AddressLength = 18;
    private const int RowStart = 2 * AddressLength + 1;

    private static ReadOnlySpan<byte> Marker => "---["u8;

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
        Line = raw.StartsWith("0x"u8) ? TrimEnd(raw) : Clean(raw);
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

        return line.IsEmpty || line.StartsWith("0x"u8) || IsOfDiff(line) ? line : line[FrontOf(line)..];
    }

    /// <summary>Whether a row or a marker has the sign of a changed line of a diff in front.</summary>
    public static bool IsOfDiff(ReadOnlySpan<byte> line) => line is [(byte)'+' or (byte)'-', .. var rest]
        && (IsRow(rest) || rest.StartsWith(Marker));

    // A sentence may name addresses, and only a row has a size behind them.
    private static int FrontOf(ReadOnlySpan<byte> line)
    {
        var head = line[..Math.Min(line.Length, LongestHead)];
        int row = head.IndexOf("0x"u8), marker = head.IndexOf(Marker);
        return row > 0 && IsRow(line[row..]) ? row : Math.Max(marker, 0);
    }

    private static bool IsRow(ReadOnlySpan<byte> line)
    {
        if (line.Length <= RowStart || !IsAddress(line[..AddressLength]) || line[AddressLength] != '-'
            || !IsAddress(line.Slice(AddressLength + 1, AddressLength)))
            return false;
        var size = line[RowStart..].TrimStart(" \t"u8);
        int digits = size.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return digits > 0 && "KMGTPE"u8.Contains(size[digits]);
    }

    private static bool IsAddress(ReadOnlySpan<byte> text) =>
        text.StartsWith("0x"u8) && text[2..].IndexOfAnyExcept(HexDigits) < 0;

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
