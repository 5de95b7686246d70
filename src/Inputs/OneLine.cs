using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Orleans.Mmu.Inputs;

/// <summary>Makes text from files, certificates and exceptions safe for a terminal and for a log.</summary>
public static partial class OneLine
{
    /// <summary>The most characters of a message.</summary>
    public const int LongestMessage = 200;

    // Enough for a file's own name, which is what tells files of one folder apart, and a line number.
    private const int LongestPlace = 90;

    // What was found usually stands at the end; what follows it is an advice such as "(see mmu boot --help)".
    private const int End = 60;

    // A word that is longer may be cut in the middle.
    private const int MostOfWord = 30;

    private const string Gap = " … ";

    /// <summary>
    /// A message for a terminal: one line of at most <see cref="LongestMessage"/> characters, since it may quote a file
    /// that has no line breaks. A longer message loses its middle. Where it begins with a file and a line, it also
    /// loses the folders in front of a name that is too long.
    /// </summary>
    public static string Message(string text)
    {
        string line = Of(text);
        if (line.Length <= LongestMessage)
            return line;
        int place = PlaceOf(line);
        if (place > LongestPlace)
            line = $"…{Part(line, place - LongestPlace + 1, line.Length)}";
        return line.Length <= LongestMessage ? line
            : $"{Part(line, 0, WordEnd(line))}{Gap}{Part(line, WordStart(line), line.Length)}";
    }

    // Where the first part of a long line ends: behind a whole word, unless the word is longer than MostOfWord.
    private static int WordEnd(string line)
    {
        int end = LongestMessage - End - Gap.Length;
        int space = line.LastIndexOf(' ', end, MostOfWord);
        return space < 0 ? end : space;
    }

    // Where the last part begins, in the same way.
    private static int WordStart(string line)
    {
        int start = line.Length - End;
        int space = line.IndexOf(' ', start - 1, MostOfWord);
        return space < 0 ? start : space + 1;
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
            line.Append(IsPlain(rune) ? rune.ToString() : CodeOf(rune));
        }

        return line.ToString();
    }

    /// <summary>
    /// Whether every character of the text has a shape: none is a control character, a line break, a format character
    /// such as U+202E, a space other than U+0020, or half a surrogate pair.
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

    /// <summary>The first character of a text that has no shape, as its code; null where all have one.</summary>
    public static string? FirstOdd(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (!IsPlain(rune))
                return CodeOf(rune);
        }

        return null;
    }

    private static string CodeOf(Rune rune) => rune.Value <= 0xff
        ? string.Create(CultureInfo.InvariantCulture, $"\\x{rune.Value:x2}")
        : string.Create(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");

    // The length of "FILE:LINE" or "FILE" at the beginning of a message; 0 where it begins with neither.
    private static int PlaceOf(string line)
    {
        var place = Place().Match(line);
        return place.Success ? place.Groups[1].Length : 0;
    }

    // A character of two halves that lies across an end of the part stays out of it.
    private static ReadOnlySpan<char> Part(string line, int start, int end)
    {
        if (start > 0 && char.IsLowSurrogate(line[start]))
            start++;
        if (end < line.Length && char.IsLowSurrogate(line[end]))
            end--;
        return line.AsSpan(start, end - start);
    }

    [GeneratedRegex("^(.*?)(?:(?<=:[0-9]{1,10}): |: expected )", RegexOptions.CultureInvariant)]
    private static partial Regex Place();

    // A space that is not U+0020 looks like one and is none to a reader.
    private static bool IsPlain(Rune rune) => rune != Rune.ReplacementChar && (rune.Value == ' '
        || Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator));
}
