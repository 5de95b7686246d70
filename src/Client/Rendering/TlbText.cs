using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Orleans.Mmu.Client.Results;
using Orleans.Mmu.Client.Terminals;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>Misses and walks as a table for each trace.</summary>
internal static class TlbText
{
    public static string Render(IReadOnlyList<TlbRow> rows, TextStyle style)
    {
        var text = new StringBuilder();
        foreach (var trace in rows.GroupBy(r => r.Result))
        {
            var first = trace.First();
            text.Append(text.Length > 0 ? "\n" : "").Append(CultureInfo.InvariantCulture,
                $"{style.Strong(OneLine.Of(first.Trace))}: {Counted.Of(trace.Key.Instructions, "instruction")}, " +
                $"{first.Rates.KernelPercent:0.0} % of them the " +
                $"kernel's{(trace.Key.Error is null ? "" : ", then it broke off")}\n");
            var table = new TextTable(
                ["TLBs", Columns[0], .. Columns[1..].Select(c => ">" + c)]);
            foreach (var row in trace)
                table.AddRow([Tlbs(row), .. Cells(row)]);
            text.Append(table.Render(style));
            foreach (string sentence in UnmappedSentences(trace))
                text.Append(sentence).Append('\n');
        }

        return text.Append("per thousand instructions; of the linear map per thousand of the kernel's\n").ToString();
    }

    /// <summary>The columns of <see cref="Cells"/>.</summary>
    public static ImmutableArray<string> Columns { get; } =
        ["linear map", "scatter", "L1 misses", "walks", "linear L1 misses", "linear walks"];

    public static string[] Cells(TlbRow row) =>
    [
        row.Configuration.Mapping.Name,
        string.Create(CultureInfo.InvariantCulture, $"{row.Configuration.Mapping.ScatterPercent} %"),
        TlbCsv.Rate(row.Rates.L1), TlbCsv.Rate(row.Rates.Walks), TlbCsv.Rate(row.Rates.LinearL1),
        TlbCsv.Rate(row.Rates.LinearWalks),
    ];

    /// <summary>A sentence for each mapping that lacks addresses that the trace uses.</summary>
    public static IEnumerable<string> UnmappedSentences(IEnumerable<TlbRow> rows) =>
        rows.Where(r => r.Counts.Unmapped > 0).DistinctBy(r => r.Configuration.Mapping.Name).Select(
            row => string.Create(CultureInfo.InvariantCulture,
                $"{OneLine.Of(row.Configuration.Mapping.Name)} does not map all that the trace uses of the linear ") +
                string.Create(CultureInfo.InvariantCulture,
                    $"map: {row.Counts.Unmapped:N0} L1 misses are counted as of single pages"));

    /// <summary>The core's name, or the TLBs that were given.</summary>
    public static string Tlbs(TlbRow row) =>
        row.Named.Core.Length == 0 ? row.Configuration.Tlbs.ToString() : OneLine.Of(row.Named.Core);
}
