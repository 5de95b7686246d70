using System.Collections.Immutable;
using System.Globalization;
using Orleans.Mmu.Client.Results;
using Orleans.Mmu.Costs.TlbMisses;
using Orleans.Mmu.Viewer.Documents;
using Orleans.Mmu.Viewer.Figures;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>Misses and walks of traces as a page.</summary>
internal static class TlbHtml
{
    /// <param name="rows">At least one.</param>
    public static Task<string> RenderAsync(IReadOnlyList<TlbRow> rows)
    {
        string traces = string.Join(", ", rows.Select(r => r.Trace).Distinct());
        return PageWriter.WriteAsync<FiguresPage>($"{traces}: TLB misses", new Dictionary<string, object?>
        {
            [nameof(FiguresPage.Question)] = $"How often does {traces} miss in the TLBs?",
            [nameof(FiguresPage.Answer)] = Answer(rows),
            [nameof(FiguresPage.Notes)] = ImmutableArray.Create(
                "Misses and walks are per thousand instructions; those of the linear map per thousand of the "
                + "kernel's."),
            [nameof(FiguresPage.Figures)] =
                rows.GroupBy(r => r.Result).Select(Figure).ToImmutableArray(),
        });
    }

    private static string Answer(IReadOnlyList<TlbRow> rows)
    {
        var (best, worst) = (rows.MinBy(r => r.Rates.Walks)!, rows.MaxBy(r => r.Rates.Walks)!);
        return best.Rates.Walks == worst.Rates.Walks
            ? $"{TlbCsv.Rate(best.Rates.L1)} L1 misses and {TlbCsv.Rate(best.Rates.Walks)} walks per thousand "
                + "instructions."
            : $"From {TlbCsv.Rate(best.Rates.Walks)} walks per thousand instructions ({Where(best)}) to "
                + $"{TlbCsv.Rate(worst.Rates.Walks)} ({Where(worst)}).";
    }

    private static string Where(TlbRow row) => $"{TlbText.Tlbs(row)}, linear map in {row.Configuration.Mapping.Name}";

    private static Figure Figure(IGrouping<TlbSimulationResult, TlbRow> trace)
    {
        double most = trace.Max(r => r.Rates.Walks);
        var rows = trace.Select(r => new NumberRow(
            TlbText.Tlbs(r), [.. TlbText.Cells(r)], most > 0 ? r.Rates.Walks / most : 0));
        // Over a single mapping a line is a point.
        var chart = trace.DistinctBy(r => r.Configuration.Mapping.Name).Count() > 1 ? TlbPlot.Walks(trace) : null;
        return new(trace.Key.Trace, Sentence(trace), chart,
            new(["TLBs", .. TlbText.Columns], [.. rows]) { Bars = "walks compared" });
    }

    private static string Sentence(IGrouping<TlbSimulationResult, TlbRow> trace) =>
        string.Join(' ', (string[])
        [
            string.Create(
                CultureInfo.InvariantCulture,
                $"{trace.Key.Instructions:N0} instructions, {trace.First().Rates.KernelPercent:0.0} % the kernel's."),
            .. TlbText.UnmappedSentences(trace).Select(s => $"{s}."),
            .. trace.Key.Error is { } error ? (string[])[$"The trace broke off: {error}"] : [],
        ]);
}
