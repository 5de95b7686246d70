using System.Text.RegularExpressions;

namespace Orleans.Mmu.Explain.Questions;

/// <summary>A text as it is looked up: without the marks that a copied word keeps from its sentence.</summary>
internal static partial class AskedText
{
    private static readonly char[] Marks = ['`', '"', '\'', '“', '”', '.', ',', ';', ':', ' '];

    /// <summary>
    /// One space between words, one behind a comma, and none before it; no quotation marks and no ends of a sentence
    /// around it.
    /// </summary>
    public static string Of(string text)
    {
        string spaced = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return Comma().Replace(spaced, ", ").Trim(Marks);
    }

    [GeneratedRegex(" ?, ?")]
    private static partial Regex Comma();
}
