using System.Globalization;
using System.Text;

namespace Orleans.Mmu.Inputs;

/// <summary>Makes text from files, certificates and exceptions safe for a terminal and for a log.</summary>
public static class OneLine
{
    // The sentence that says what was expected, and the beginning of what was found, fit in.
    private const int LongestMessage = 300;

    // What was found usually stands at the end; what follows it is an advice such as "(see mmu boot --help)".
    private const int End = 60;

    /// <summary>
    /// A message for a terminal: one line that is cut in its middle where it is long, since it may quote a file that
    /// has no line breaks.
    /// </summary>
    public static string Message(string text)
    {
        string line = Of(text);
        return line.Length <= LongestMessage ? line
            : Of($"{line.AsSpan(0, LongestMessage - End)} … {line.AsSpan(line.Length - End)}");
    }

    /// <summary>
    /// The text as exactly one line: line breaks become spaces, and every other character that has no shape of its own
    /// becomes its code, so that a name can neither fake a second line, nor control the terminal, nor turn the order of
    /// letters around.
    /// </summary>
    public static string Of(string text)
    {
        if (IsPlain(text))
            return text;
        var line = new StringBuilder(text.Length);
        foreach (var rune in text.ReplaceLineEndings(" ").EnumerateRunes())
        {
            if (IsPlain(rune))
                line.Append(rune.ToString());
            else if (rune.Value <= 0xff)
                line.Append(CultureInfo.InvariantCulture, $"\\x{rune.Value:x2}");
            else
                line.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
        }

        return line.ToString();
    }

    /// <summary>
    /// Whether every character of the text has a shape: none is a control character, a line break, a format character
    /// such as U+202E, or half a surrogate pair.
    /// </summary>
    public static bool IsPlain(string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            return true;
        for (int at = 0; at < text.Length;)
        {
            if (!Rune.TryGetRuneAt(text, at, out var rune) || !IsPlain(rune))
                return false;
            at += rune.Utf16SequenceLength;
        }

        return true;
    }

    private static bool IsPlain(Rune rune) => rune != Rune.ReplacementChar && Rune.GetUnicodeCategory(rune)
        is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator);
}
