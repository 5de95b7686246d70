using System.Globalization;
using System.Text;

namespace Orleans.Mmu.Inputs;

/// <summary>Makes text from files, certificates and exceptions safe for a terminal and for a log.</summary>
public static class OneLine
{
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
