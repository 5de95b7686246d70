using System.Text.RegularExpressions;

namespace Orleans.Mmu.Tests.Viewer;

/// <summary>What every page keeps: it is one document, and it loads nothing.</summary>
internal static partial class Page
{
    public static void AssertSelfContained(string html)
    {
        Assert.StartsWith("<!DOCTYPE html>", html, StringComparison.Ordinal);
        Assert.EndsWith("</html>\n", html, StringComparison.Ordinal);
        Assert.DoesNotMatch(Loads(), html);
        Assert.Contains("default-src 'none'", html, StringComparison.Ordinal);
        Assert.Single(H1().Matches(html));
        var ids = Id().Matches(html).Select(m => m.Groups[1].Value).ToList();
        Assert.Equal(ids.Distinct(), ids);
    }

    /// <summary>The first heading as a reader sees it.</summary>
    public static string Heading(string html) => Text(Tag().Replace(H1().Match(html).Value, ""));

    /// <summary>Text without tags; runs of white space are one space.</summary>
    public static string Text(string html) => System.Net.WebUtility.HtmlDecode(
        Space().Replace(Tag().Replace(html, " "), " ")).Trim();

    [GeneratedRegex("""\ssrc(set)?=|@import|<link\b|<iframe\b|url\(""")]
    private static partial Regex Loads();

    [GeneratedRegex("<h1.*?</h1>", RegexOptions.Singleline)]
    private static partial Regex H1();

    [GeneratedRegex("""\sid="([^"]*)"[\s>]""")]
    private static partial Regex Id();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tag();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
