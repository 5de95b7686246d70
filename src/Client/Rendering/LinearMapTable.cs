using System.Globalization;
using Orleans.Mmu.Client.Terminals;
using Orleans.Mmu.Interfaces.Reports;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>Leaves and tables of the linear map, as painted and at the end of boot.</summary>
internal static class LinearMapTable
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

    /// <param name="first">The title of the first of the two.</param>
    public static string Render(MapReport before, MapReport after, TextStyle style, string first = "as painted")
    {
        var table = new TextTable("linear map", $">{first}", ">maps", ">at the end", ">maps");
        var sizes = before.Leaves.Concat(after.Leaves).Select(l => l.Key).Distinct()
            .OrderByDescending(Bytes).ThenByDescending(size => size.Contains('+', StringComparison.Ordinal));
        foreach (string size in sizes)
        {
            long was = Count(before.Leaves, size);
            long now = Count(after.Leaves, size);
            table.AddRow($"{size} leaves", Number(was), Size(was * Bytes(size)), Number(now), Size(now * Bytes(size)));
        }

        foreach (int level in before.Tables.Concat(after.Tables).Select(t => t.Key).Distinct().Order())
        {
            table.AddRow(string.Create(CultureInfo.InvariantCulture, $"level {level} tables"),
                Number(Count(before.Tables, level)), "", Number(Count(after.Tables, level)), "");
        }

        table.AddRow("table memory", Size(before.TableBytes), "", Size(after.TableBytes), "");
        return table.Render(style);
    }

    /// <summary>"512 KiB", "1.5 GiB".</summary>
    public static string Size(double bytes)
    {
        int unit = 0;
        while (bytes >= 1024 && unit < Units.Length - 1)
        {
            bytes /= 1024;
            unit++;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{bytes:0.#} {Units[unit]}");
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

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
