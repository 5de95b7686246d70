using System.Numerics;

namespace Orleans.Mmu.Inputs;

/// <summary>
/// Text that a program wrote to a terminal, or script(1) recorded from one: dmesg, journalctl, a debugger, a shell.
/// Control sequences (ECMA-48) set colours, titles and modes, and are no part of the text.
/// </summary>
public static class TerminalText
{
    private const byte Escape = 0x1b;
    private const byte Bell = 0x07;

    // A sequence that does not end is none: a longer one is text in which an escape character stands.
    private const int MostOfString = 4096;

    /// <summary>The text without control sequences; line ends stay.</summary>
    public static string Plain(string text) =>
        text.Contains((char)Escape, StringComparison.Ordinal) ? new(Without(text.AsSpan(), (char)Escape)) : text;

    /// <summary>The same of a text in bytes, in UTF-8 or another encoding that keeps ASCII.</summary>
    public static ReadOnlySpan<byte> Plain(ReadOnlySpan<byte> text) =>
        text.Contains(Escape) ? Without(text, Escape) : text;

    private static T[] Without<T>(ReadOnlySpan<T> text, T escape) where T : unmanaged, IBinaryInteger<T>
    {
        var plain = new T[text.Length];
        int length = 0;
        while (text.IndexOf(escape) is >= 0 and var at)
        {
            text[..at].CopyTo(plain.AsSpan(length));
            length += at;
            int skipped = LengthOf(text[at..]);
            if (skipped == 0)
            {
                plain[length++] = escape;
                skipped = 1;
            }

            text = text[(at + skipped)..];
        }

        text.CopyTo(plain.AsSpan(length));
        return plain[..(length + text.Length)];
    }

    // The length of the control sequence that begins with the escape character; 0 where none does.
    private static int LengthOf<T>(ReadOnlySpan<T> text) where T : unmanaged, IBinaryInteger<T> => At(text, 1) switch
    {
        // CSI: parameters, intermediate bytes, a final byte.
        '[' => Ending(text, Past(text, Past(text, 2, '0', '?'), ' ', '/'), '@'),
        // OSC, DCS, SOS, PM and APC: a string up to ST, which xterm's BEL may stand for.
        ']' or 'P' or 'X' or '^' or '_' => EndOfString(text),
        // Other sequences: intermediate bytes and a final byte, such as "(B".
        _ => Ending(text, Past(text, 1, ' ', '/'), '0'),
    };

    private static int EndOfString<T>(ReadOnlySpan<T> text) where T : unmanaged, IBinaryInteger<T>
    {
        for (int at = 2; at < Math.Min(text.Length, MostOfString); at++)
        {
            int letter = At(text, at);
            if (letter == Bell)
                return at + 1;
            if (letter == Escape && At(text, at + 1) == '\\')
                return at + 2;
            if (letter == '\n')
                return 0;
        }

        return 0;
    }

    private static int Ending<T>(ReadOnlySpan<T> text, int at, char first) where T : unmanaged, IBinaryInteger<T> =>
        At(text, at) >= first && At(text, at) <= '~' ? at + 1 : 0;

    private static int Past<T>(ReadOnlySpan<T> text, int at, char first, char last)
        where T : unmanaged, IBinaryInteger<T>
    {
        while (At(text, at) >= first && At(text, at) <= last)
            at++;
        return at;
    }

    private static int At<T>(ReadOnlySpan<T> text, int at) where T : unmanaged, IBinaryInteger<T> =>
        at < text.Length ? int.CreateTruncating(text[at]) : -1;
}
