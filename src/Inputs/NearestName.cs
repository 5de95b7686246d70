namespace Orleans.Mmu.Inputs;

/// <summary>The known name that a mistyped one probably means.</summary>
public static class NearestName
{
    // A longer text is no mistyped name, and the distance takes the product of both lengths.
    private const int Longest = 200;

    // A text that continues in one way only is taken for its beginning.
    private const int ShortestBeginning = 3;

    /// <summary>
    /// The name with the fewest letters to insert, remove or replace, whatever their case; a name that begins with the
    /// text comes before all others. Null where no name has half of its letters in common with the text.
    /// </summary>
    public static string? Of(string text, IEnumerable<string> names)
    {
        if (text.Length is 0 or > Longest)
            return null;
        string? nearest = null;
        int least = int.MaxValue;
        foreach (string name in names)
        {
            if (text.Length >= ShortestBeginning && name.StartsWith(text, StringComparison.OrdinalIgnoreCase))
                return name;
            int distance = Distance(text, name);
            if (distance < least && distance * 2 <= Math.Max(text.Length, name.Length))
                (nearest, least) = (name, distance);
        }

        return nearest;
    }

    /// <summary>The name that the text is, whatever its case; null for none.</summary>
    public static string? Same(string text, IEnumerable<string> names) =>
        names.FirstOrDefault(n => n.Equals(text, StringComparison.OrdinalIgnoreCase));

    /// <summary>" (the nearest is "isb")" for an error message; empty where no name is near.</summary>
    public static string Hint(string text, IEnumerable<string> names) =>
        Of(text, names) is { } nearest ? $" (the nearest is \"{nearest}\")" : "";

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
