using System.Text.RegularExpressions;

namespace Orleans.Mmu.Explain.Questions;

/// <summary>A text as it is looked up: without the marks that a copied word keeps from its sentence.</summary>
internal static partial class AskedText
{
    private static readonly char[] Marks = ['`', '"', '\'', '“', '”', '.', ',', ';', ':', ' '];

    /// <summary>
    /// One space between words, one behind a comma, and none before it; no quotation marks, brackets and ends of a
    /// sentence around it.
    /// </summary>
    public static string Of(string text)
    {
        string spaced = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return Bare(Comma().Replace(spaced, ", ").Trim(Marks));
    }

    // Reports print a rule in brackets: "[R_FVQCK]", "(R_YNJCP)".
    private static string Bare(string text) =>
        text is ['(', .., ')'] or ['[', .., ']'] ? text[1..^1].Trim(Marks) : text;

    [GeneratedRegex(" ?, ?")]
    private static partial Regex Comma();
}
