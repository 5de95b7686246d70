using System.Globalization;
using System.Text;
using Orleans.Mmu.Client.Results;
using Orleans.Mmu.Costs.Machines;
using Orleans.Mmu.Costs.Parameters;
using Orleans.Mmu.Linux.Costs;
using Orleans.Mmu.Viewer.Charts;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>
/// The page on the published numbers: beside each the result of the model, its parameters, and what the model does not
/// explain.
/// </summary>
internal static class HeadlinePage
{
    public static string Render(HeadlineFindings findings) => string.Concat(
        Introduction(findings), HeadlineMemory.Render(findings), HeadlineMisses.Render(findings),
        HeadlineThroughput.Render(findings), HeadlineStreams.Render());

    /// <summary>Misses with blocks over scatter, for each of the TLBs.</summary>
    public static string Plot(IReadOnlyList<ScatterStudy> studies) => LineChart.Document(
    [
        new("memcached: the kernel's misses with 2 MB blocks", "pages that are alone in their 2 MB, %",
            "part of those with pages", null, IsLogarithmic: false,
        [
            .. studies.Select(
                s => new ChartLine($"{s.Tlbs}, L1", [.. s.Points.Select(p => ((double)p.Percent, p.L1))])),
            .. studies.Select(
                s => new ChartLine($"{s.Tlbs}, walks", [.. s.Points.Select(p => ((double)p.Percent, p.Walks))])),
            new("published: 71.5 %",
                [(0, 1 - HeadlineFindings.PublishedMisses), (100, 1 - HeadlineFindings.PublishedMisses)]),
        ]),
    ]);

    /// <summary>A table in Markdown.</summary>
    public static string Table(string[] columns, IEnumerable<string[]> rows)
    {
        var text = new StringBuilder();
        text.Append("| ").AppendJoin(" | ", columns).Append(" |\n|").AppendJoin('|', columns.Select(_ => "---"))
            .Append("|\n");
        foreach (string[] row in rows)
            text.Append("| ").AppendJoin(" | ", row).Append(" |\n");
        return text.ToString();
    }

    /// <summary>A formatted number, independent of the culture.</summary>
    public static string F(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    private static string Introduction(HeadlineFindings findings)
    {
        double saved = HeadlineMemory.SavedKilobytes(findings);
        var usual = CostParameters.Usual;
        double speedup = HeadlineThroughput.Speedup(findings, usual);
        double rho = usual["rho"];
        string p99 = CostText.Change(QueueModel.PercentileRatio(1 / HeadlineFindings.PublishedThroughput, rho));
        string walksAlone = CostText.Change(StreamModel.Speedup(HeadlineStreams.With(usual, 0, 8)));
        string slow = CostText.Change(StreamModel.OperationSpeedup(1100, 3, usual));
        string fast = CostText.Change(StreamModel.OperationSpeedup(700, 6, usual));
        string[][] rows =
        [
            [
                $"{HeadlineFindings.PublishedMemory:N0} kB more MemTotal on 256 GB", $"{F(saved, "N0")} kB on 256 GiB",
                "explained: the leaf tables; the only parameter is the memory that firmware leaves",
            ],
            [
                "kernel TLB misses -28.5 %", $"-28.5 % at scatter {findings.Scatter} %",
                "calibrated: one free parameter, and a second explanation that fits as well",
            ],
            [
                "memcached +3.5 % operations", CostText.Change(speedup),
                "consistent: follows from the calibrated misses and assumed latencies",
            ],
            [
                "its P99 -9.6 %", $"{p99} from the published +3.5 %",
                $"calibrated: {rho} is the utilization at which a queue links both numbers",
            ],
            [
                "sequential read +150 %", CostText.Change(StreamModel.Speedup(usual)),
                $"a hypothesis about the prefetcher; table walks alone give {walksAlone}",
            ],
            ["dm-crypt +90 to +150 %", $"{slow} to {fast}", "overlaps, with an assumed cost of an operation"],
        ];
        return $"""
            # The published numbers, from first principles

            `docs/generate.sh` writes this page from what `mmu headline tests/traces` finds; the continuous integration
            generates it again and fails if anything differs. The numbers are those with which the series "arm64:
            support FEAT_BBM level 2 and large block mapping when rodata=full" was merged, measured on AmpereOne with
            256 GB. The project has no such machine. It has the machine's linear map, leaf for leaf, and traces of a
            real kernel; what neither determines is a parameter, and the page names every parameter.

            {Table(["published", "here", "what decides it"], rows)}
            """.Replace("\r", "", StringComparison.Ordinal);
    }
}
