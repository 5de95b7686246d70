namespace Orleans.Mmu.Inputs;

/// <summary>
/// Text as mail programs send it (RFC 2045): "=3D" stands for "=", and a line that ends in "=" continues on the next.
/// </summary>
public static class QuotedPrintable
{
    private const byte Escape = (byte)'=';

    /// <summary>
    /// The text without its encoding, where it has that; otherwise the text itself. Lines keep their numbers: behind a
    /// line that was joined, as many lines are empty as were joined to it.
    /// </summary>
    /// <param name="isEncoded">Whether the text was encoded.</param>
    public static ReadOnlyMemory<byte> Decode(ReadOnlyMemory<byte> text, out bool isEncoded)
    {
        int start = StartOf(text.Span);
        isEncoded = start >= 0;
        return isEncoded ? Decoded(text.Span, start) : text;
    }

    // Where the encoded part begins: behind the header that says so. A part of a mail without its header is encoded
    // where every "=" is an escape or ends its line, and one of them is "=3D" or ends a line; -1 for any other text.
    private static int StartOf(ReadOnlySpan<byte> text)
    {
        int header = text.IndexOf("ransfer-Encoding: quoted-printable"u8);
        if (header >= 0)
            return header;
        bool isSure = false;
        for (int at = text.IndexOf(Escape); at >= 0;)
        {
            var rest = text[(at + 1)..];
            if (!IsEnd(rest) && !IsCode(rest))
                return -1;
            isSure |= IsEnd(rest) || rest.StartsWith("3D"u8);
            int next = rest.IndexOf(Escape);
            at = next < 0 ? -1 : at + 1 + next;
        }

        return isSure ? 0 : -1;
    }

    private static byte[] Decoded(ReadOnlySpan<byte> text, int start)
    {
        var output = new MemoryStream(text.Length);
        output.Write(text[..start]);
        int joined = 0;
        for (int at = start; at < text.Length; at++)
        {
            var rest = text[(at + 1)..];
            if (text[at] != Escape || (!IsEnd(rest) && !IsCode(rest)))
            {
                output.WriteByte(text[at]);
                for (; text[at] == '\n' && joined > 0; joined--)
                    output.WriteByte((byte)'\n');
            }
            else if (IsEnd(rest))
            {
                at += rest.IndexOf((byte)'\n') + 1;
                joined++;
            }
            else
            {
                output.WriteByte((byte)(Digit(rest[0]) << 4 | Digit(rest[1])));
                at += 2;
            }
        }

        return output.ToArray();
    }

    private static bool IsEnd(ReadOnlySpan<byte> rest) => rest.StartsWith("\n"u8) || rest.StartsWith("\r\n"u8);

    // The digits A to F are upper case, as those of the kernel's numbers are not.
    private static bool IsCode(ReadOnlySpan<byte> rest) =>
        rest.Length > 1 && Digit(rest[0]) >= 0 && Digit(rest[1]) >= 0;

    private static int Digit(byte letter) => letter switch
    {
        >= (byte)'0' and <= (byte)'9' => letter - '0',
        >= (byte)'A' and <= (byte)'F' => letter - 'A' + 10,
        _ => -1,
    };
}
