namespace Orleans.Mmu.Axioms.Reading;

/// <summary>Text cut at a separator, where brackets and quotes hold together what is in them.</summary>
internal static class Pieces
{
    public static IReadOnlyList<string> Of(string text, char separator)
    {
        var result = new List<string>();
        var (start, depth, quoted) = (0, 0, false);
        for (var at = 0; at < text.Length; at++)
        {
            var here = text[at];
            quoted ^= here == '"';
            depth += here is '(' or '[' or '{' ? 1 : here is ')' or ']' or '}' ? -1 : 0;
            if (here == separator && depth == 0 && !quoted)
            {
                result.Add(text[start..at].Trim());
                start = at + 1;
            }
        }
        result.Add(text[start..].Trim());
        return result;
    }

    /// <summary>The text without its comments, which may be nested.</summary>
    public static string WithoutComments(string text)
    {
        var result = new System.Text.StringBuilder();
        var depth = 0;
        for (var at = 0; at < text.Length; at++)
        {
            if (text.AsSpan(at).StartsWith("(*"))
                (depth, at) = (depth + 1, at + 1);
            else if (depth > 0 && text.AsSpan(at).StartsWith("*)"))
                (depth, at) = (depth - 1, at + 1);
            else if (depth == 0)
                result.Append(text[at]);
        }
        return result.ToString();
    }
}
