using Orleans.Mmu.Client.Results;
using Orleans.Mmu.Viewer.Charts;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>A map's decay as a chart: leaves, tables, and a trace's misses over events.</summary>
internal static class DecayPlot
{
    public static string Render(DecayPage page)
    {
        var samples = page.Samples;
        List<LineChart> charts =
        [
            new($"{page.Machine.Name}: leaves of the linear map", "events", "leaf entries", null, IsLogarithmic: true,
                [.. DecayText.Sizes(samples)
                    .Select(size =>
                        new ChartLine(
                            size, [.. samples.Select(s => ((double)s.Events, (double)DecayText.Leaves(s, size)))]))]),
            new("tables", "events", "tables", null, IsLogarithmic: false,
                [new("tables of the linear map",
                    [.. samples.Select(s => ((double)s.Events, (double)DecayText.Tables(s)))])]),
            new("table pages that a repaint would need", "events", "tables", null, IsLogarithmic: false,
                [new("before the machine stops",
                    [.. samples.Select(s => ((double)s.Events, (double)s.Mapping.Repaint.Tables))])]),
        ];
        if (page.Replay is { } replay)
            charts.Add(Misses(replay));
        return LineChart.Document(charts);
    }
    /// <summary>A trace's misses on the linear map as the map decays.</summary>
    public static LineChart Misses(DecaySimulation replay) => new(
        $"{replay.Trace}: misses on the linear map", "events", "per thousand instructions", null, IsLogarithmic: true,
        [
            new("L1 misses", [.. replay.Misses.Select(m => ((double)m.Events, m.Rates.LinearL1))]),
            new("walks", [.. replay.Misses.Select(m => ((double)m.Events, m.Rates.LinearWalks))]),
        ]);
}
