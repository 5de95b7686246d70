namespace Orleans.Mmu.Inputs;

/// <summary>The known names that a mistyped one probably means.</summary>
public static class NearestName
{
    // A longer text is no mistyped name, and the distance takes the product of both lengths.
    private const int Longest = 200;

    // A shorter text is not taken for the beginning of a name.
    private const int ShortestBeginning = 3;

    // More names than these are a list, not a guess.
    private const int MostNearest = 3;

    /// <summary>The first of <see cref="AllOf"/>; null for none.</summary>
    public static string? Of(string text, IEnumerable<string> names) =>
        AllOf(text, names) is [var nearest, ..] ? nearest : null;

    /// <summary>
    /// The names that begin with the text, the shortest first; where there are none, those with the fewest letters to
    /// insert, remove or replace, whatever their case. At most three: of equally near names those first that share the
    /// longest beginning with the text. Empty where no name has half of its letters in common with the text.
    /// </summary>
    public static IReadOnlyList<string> AllOf(string text, IEnumerable<string> names)
    {
        if (text.Length is 0 or > Longest)
            return [];
        var known = names.Distinct(StringComparer.Ordinal).Select(n => (Name: n, Distance: Distance(text, n))).ToList();
        var near = known.Where(n => n.Distance == 0).ToList();
        if (near.Count == 0 && text.Length >= ShortestBeginning)
            near = [.. known.Where(n => n.Name.StartsWith(text, StringComparison.OrdinalIgnoreCase))];
        if (near.Count == 0)
        {
            var alike = known.Where(n => n.Distance * 2 <= Math.Max(text.Length, n.Name.Length)).ToList();
            int least = alike.Select(n => n.Distance).DefaultIfEmpty().Min();
            near = [.. alike.Where(n => n.Distance == least)];
        }

        return
        [
            .. near.OrderBy(n => n.Distance).ThenByDescending(n => Shared(text, n.Name)).Take(MostNearest)
                .Select(n => n.Name),
        ];
    }

    /// <summary>The name that the text is, whatever its case; null for none.</summary>
    public static string? Same(string text, IEnumerable<string> names) =>
        names.FirstOrDefault(n => n.Equals(text, StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// " (the nearest is "isb")" for an error message, or " (the nearest are "isb" and "wfi")"; empty where no name is
    /// near.
    /// </summary>
    /// <param name="quote">What stands around each name.</param>
    public static string Hint(string text, IEnumerable<string> names, char quote = '"') =>
        Hint(AllOf(text, names), quote);

    /// <summary>The same of names that are known to be near.</summary>
    public static string Hint(IEnumerable<string> nearest, char quote) =>
        nearest.Select(n => $"{quote}{OneLine.Of(n)}{quote}").ToList() switch
        {
            [] => "",
            [var only] => $" (the nearest is {only})",
            [.. var others, var last] => $" (the nearest are {string.Join(", ", others)} and {last})",
        };

    // The number of letters with which both begin, whatever their case.
    private static int Shared(string a, string b) =>
        a.Zip(b).TakeWhile(l => char.ToLowerInvariant(l.First) == char.ToLowerInvariant(l.Second)).Count();

    // Levenshtein's distance, a row of the table at a time.
    private static int Distance(string a, string b)
    {
        var row = new int[b.Length + 1];
        for (int j = 0; j <= b.Length; j++)
            row[j] = j;
        foreach (char letter in a)
        {
            int diagonal = row[0]++;
            for (int j = 1; j <= b.Length; j++)
            {
                bool isSame = char.ToLowerInvariant(letter) == char.ToLowerInvariant(b[j - 1]);
                int replaced = diagonal + (isSame ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, 1 + Math.Min(row[j], row[j - 1]));
            }
        }

        return row[^1];
    }
}
