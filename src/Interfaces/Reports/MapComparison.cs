using System.Globalization;

namespace Orleans.Mmu.Interfaces.Reports;

/// <summary>A row that compares two maps.</summary>
/// <param name="Name">"2M leaves", "level 3 tables".</param>
/// <param name="Before">Number in the first map.</param>
/// <param name="LeafBytes">What one leaf maps, in bytes; null for tables.</param>
public readonly record struct MapComparisonRow(string Name, long Before, long After, double? LeafBytes);

/// <summary>Two maps side by side, for instance as painted and at the end of boot.</summary>
public static class MapComparison
{
    /// <summary>A row for each size of leaf, largest first, then one for each level of tables.</summary>
    public static IEnumerable<MapComparisonRow> Rows(MapReport before, MapReport after)
    {
        var sizes = before.Leaves.Concat(after.Leaves).Select(l => l.Key).Distinct()
            .OrderByDescending(Bytes).ThenByDescending(size => size.Contains('+', StringComparison.Ordinal));
        foreach (string size in sizes)
            yield return new($"{size} leaves", Count(before.Leaves, size), Count(after.Leaves, size), Bytes(size));
        foreach (int level in before.Tables.Concat(after.Tables).Select(t => t.Key).Distinct().Order())
        {
            yield return new(
                string.Create(CultureInfo.InvariantCulture, $"level {level} tables"), Count(before.Tables, level),
                Count(after.Tables, level), null);
        }
    }

    /// <summary>Bytes that one leaf of a size such as "2M+CONT" maps.</summary>
    public static double Bytes(string size)
    {
        string number = size.Split('+')[0];
        int unit = number.Length > 0 ? "KMGT".IndexOf(number[^1], StringComparison.Ordinal) : -1;
        return unit >= 0
            && long.TryParse(
                number.AsSpan(0, number.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out long n)
            ? n * Math.Pow(1024, unit + 1)
            : 0;
    }

    private static long Count<T>(IEnumerable<KeyValuePair<T, long>> counts, T key) =>
        counts.Where(c => EqualityComparer<T>.Default.Equals(c.Key, key)).Sum(c => c.Value);
}
