using Orleans.Mmu.Client.Results;
using Orleans.Mmu.Costs.TlbMisses;
using Orleans.Mmu.Viewer.Charts;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>A sweep as a chart: for each trace, L1 misses and walks over the mapping of the linear map.</summary>
internal static class TlbPlot
{
    public static string Render(IReadOnlyList<TlbRow> rows) => LineChart.Document(
    [
        .. rows.GroupBy(r => r.Result).SelectMany(trace => new[]
        {
            Chart($"{trace.Key.Trace}: L1 misses", "per thousand instructions", trace, r => r.Rates.L1),
            Walks(trace),
        }),
    ]);

    /// <summary>The walks of one trace.</summary>
    public static LineChart Walks(IGrouping<TlbSimulationResult, TlbRow> trace) =>
        Chart($"{trace.Key.Trace}: table walks", "per thousand instructions", trace, r => r.Rates.Walks);

    private static LineChart Chart(string title, string unit, IEnumerable<TlbRow> rows, Func<TlbRow, double> rate)
    {
        var all = rows.ToList();
        var maps = all.Select(r => r.Configuration.Mapping.Name).Distinct().ToList();
        bool scattered = all.Any(r => r.Configuration.Mapping.ScatterPercent > 0);
        var lines = all.GroupBy(
            r => (r.Named.Core, Tlbs: r.Configuration.Tlbs.ToString(), r.Configuration.Mapping.ScatterPercent))
                .Select(g => new ChartLine(
            (g.Key.Core.Length > 0 ? g.Key.Core : g.Key.Tlbs)
                + (scattered ? $", scatter {g.Key.ScatterPercent} %" : ""),
            [.. g.Select(r => ((double)maps.IndexOf(r.Configuration.Mapping.Name), rate(r))).DistinctBy(p => p.Item1)
                .OrderBy(p => p.Item1)]));
        return new(title, "linear map", unit, maps, IsLogarithmic: true, [.. lines]);
    }
}
