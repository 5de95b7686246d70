using System.Collections.Immutable;
using System.Globalization;
using Orleans.Mmu.Client.Results;
using Orleans.Mmu.Costs.Parameters;
using Orleans.Mmu.Linux.Costs;
using Orleans.Mmu.Linux.ProtocolFiles;
using Orleans.Mmu.Viewer.Figures;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>For how long a repaint stops a machine: by kind of operation and by number of CPUs.</summary>
internal static class StopCost
{
    private const int MostCpus = 1024;

    /// <summary>The repaint of the boot; where it has none, that of the memory mapped in blocks; none without blocks.
    /// </summary>
    public static ImmutableArray<Figure> Figures(CostPage page)
    {
        var blocks = page.Cost.Rows.First(r => r.Mapping.Name == "blocks").Mapping.Repaint;
        var repaint = page.AtBoot is { Blocks: > 0 } atBoot ? atBoot : blocks;
        if (repaint.Blocks == 0)
            return [];
        string which = page.AtBoot is { Blocks: > 0 } ? "The repaint of its boot"
            : "The boot repaints nothing; this is what a repaint of the memory in blocks would take. It";
        return [ByKind(page, repaint, which), ByCpus(page, repaint)];
    }

    private static Figure ByKind(CostPage page, RepaintCost repaint, string which)
    {
        var prices = new PriceList(page.Parameters);
        int cpus = page.Waiting + 1;
        var done = PathOf(page, repaint, cpus).Done;
        double all = prices.Seconds(done);
        var parts = done.Parts.Where(p => p.Count > 0).Select(p => (p.Name, p.Count, Seconds: prices.Seconds(p.Counts)))
            .OrderByDescending(p => p.Seconds).ToList();
        double most = parts[0].Seconds;
        return new(
            "How long a repaint stops the machine, by kind of step",
            string.Create(CultureInfo.InvariantCulture,
                $"{which} turns {repaint.Blocks:N0} blocks into tables under ") +
                $"{RepaintProtocols.IdmapReserved.Name} and takes {TimeText.Of(ModelTime.OfSeconds(all))}: the path "
                + "that the machine waits for.", null,
            new(["operations", "number", "time", "share of the time"],
                [
                    .. parts.Select(p => new NumberRow(
                        p.Name, [Number(p.Count), Time(p.Seconds), Percent(p.Seconds / all)], p.Seconds / most)),
                ])
            { Bars = "compared" });
    }

    private static Figure ByCpus(CostPage page, RepaintCost repaint)
    {
        var prices = new PriceList(page.Parameters);
        int own = page.Waiting + 1;
        int[] counts = [
            .. Enumerable.Range(1, 10).Select(i => 1 << i).TakeWhile(n => n <= Math.Min(MostCpus, 2 * own + 8))
                .Append(own).Distinct().Order()];
        double split = prices.Seconds(default(StepPath).AfterSplit(repaint.Blocks, TableBytes(page)).Done);
        var times = counts.Select(n => (Cpus: n, Seconds: prices.Seconds(PathOf(page, repaint, n).Done))).ToList();
        return new(
            "How long it stops a machine of more or fewer CPUs",
            string.Create(CultureInfo.InvariantCulture,
                $"The same repaint on other numbers of CPUs; this machine has {own} of them at boot."),
            new("time that the machine is stopped", "CPUs", "milliseconds",
                [.. counts.Select(n => n.ToString(CultureInfo.InvariantCulture))], IsLogarithmic: false,
                [
                    new("all", [.. times.Select((t, i) => ((double)i, 1000 * t.Seconds))]),
                    new("without the split", [.. times.Select((t, i) => ((double)i, 1000 * (t.Seconds - split)))]),
                ]),
            new(["CPUs", "time", "without the split"],
                [
                    .. times.Select(t => new NumberRow(Number(t.Cpus), [Time(t.Seconds), Time(t.Seconds - split)])),
                ]));
    }

    private static ProtocolPath PathOf(CostPage page, RepaintCost repaint, int cpus) =>
        ProtocolPath.Of(RepaintProtocols.IdmapReserved, cpus, TableBytes(page), repaint.Blocks);

    private static int TableBytes(CostPage page) => (int)page.Cost.Machine.Geometry.Granule.PageSize;

    private static string Time(double seconds) => TimeText.Of(ModelTime.OfSeconds(seconds));

    private static string Percent(double part) =>
        part < 0.001 ? "< 0.1 %" : string.Create(CultureInfo.InvariantCulture, $"{100 * part:0.0} %");

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
