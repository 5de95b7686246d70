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
        foreach (var row in MapComparison.Rows(before, after))
        {
            table.AddRow(
                row.Name, Number(row.Before), row.LeafBytes is { } was ? Size(row.Before * was) : "",
                Number(row.After), row.LeafBytes is { } now ? Size(row.After * now) : "");
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

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
