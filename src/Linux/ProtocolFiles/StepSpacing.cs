using System.Text.RegularExpressions;

namespace Orleans.Mmu.Linux.ProtocolFiles;

/// <summary>
/// Spaces in a step: their number means nothing, and around a sign they may be left out. Steps are compared in the form
/// that is printed, with one space behind a comma, around "=", "==", "+=", "|" and "&amp;", and none inside brackets.
/// </summary>
internal static partial class StepSpacing
{
    /// <summary>A step's text with the spaces that it is printed with.</summary>
    public static string Usual(string text) => Brackets().Replace(
        Commas().Replace(Signs().Replace(StepLine.Spaced(text), " $1 "), ", "), "$1$2").Trim();

    [GeneratedRegex(@" ?(\+=|==|=|\||&) ?", RegexOptions.CultureInvariant)]
    private static partial Regex Signs();

    [GeneratedRegex(@" ?, ?", RegexOptions.CultureInvariant)]
    private static partial Regex Commas();

    [GeneratedRegex(@"([(\[]) | ([)\]])", RegexOptions.CultureInvariant)]
    private static partial Regex Brackets();
}
