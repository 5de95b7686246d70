using System.Globalization;
using Orleans.Mmu.Client.Terminals;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Interfaces.Reports;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>Leaves and tables of the linear map, as painted and at the end of boot.</summary>
internal static class LinearMapTable
{
    /// <param name="first">The title of the first of the two.</param>
    public static string Render(MapReport before, MapReport after, TextStyle style, string first = "as painted")
    {
        var table = new TextTable("linear map", $">{first}", ">maps", ">at the end", ">maps");
        foreach (var row in MapComparison.Rows(before, after))
        {
            table.AddRow(
                row.Name, Number(row.Before), row.LeafBytes is { } was ? ByteSize.Of(row.Before * was) : "",
                Number(row.After), row.LeafBytes is { } now ? ByteSize.Of(row.After * now) : "");
        }

        table.AddRow("table memory", ByteSize.Of(before.TableBytes), "", ByteSize.Of(after.TableBytes), "");
        return table.Render(style);
    }

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
