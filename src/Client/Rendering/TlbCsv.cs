using System.Globalization;
using System.Text;
using Orleans.Mmu.Arm.TlbHierarchies;
using Orleans.Mmu.Client.Results;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>Misses and walks as comma-separated values, a line for each configuration.</summary>
internal static class TlbCsv
{
    private const string Header =
        "trace,l1i,l1d,l2,l2ways,linear_log2,scatter_pct,Minstr,kernel_pct,L1_MPKI," +
        "walk_MPKI,kernel_L1_MPKI,kernel_walk_MPKI,linear_L1_MPKI,linear_walk_MPKI\n";

    public static string Render(IEnumerable<TlbRow> rows)
    {
        var text = new StringBuilder(Header);
        foreach (var row in rows)
        {
            var (tlbs, mapping, rates) = (row.Configuration.Tlbs, row.Configuration.Mapping, row.Rates);
            text.AppendJoin(',',
                Quoted(row.Trace), TlbHierarchy.Text(tlbs.Instructions), TlbHierarchy.Text(tlbs.Data),
                Whole(tlbs.Second?.Entries ?? 0), Whole(tlbs.Second?.Ways ?? 0),
                mapping.Linear.Uniform > 0 ? Whole(mapping.Linear.Uniform) : Quoted(mapping.Name),
                Whole(mapping.ScatterPercent),
                (row.Result.Instructions / 1e6).ToString("F2", CultureInfo.InvariantCulture),
                rates.KernelPercent.ToString("F1", CultureInfo.InvariantCulture),
                Rate(rates.L1), Rate(rates.Walks), Rate(rates.KernelL1), Rate(rates.KernelWalks), Rate(rates.LinearL1),
                Rate(rates.LinearWalks)).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>A rate with four decimals, rounded by its exact value.</summary>
    public static string Rate(double rate) => rate.ToString("F4", CultureInfo.InvariantCulture);

    private static string Whole(int number) => number.ToString(CultureInfo.InvariantCulture);

    // Quoting as in RFC 4180.
    private static string Quoted(string text) =>
        text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
