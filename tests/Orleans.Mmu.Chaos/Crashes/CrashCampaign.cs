using System.Globalization;
using Orleans.Mmu.Grains.Options;
using Orleans.Mmu.Interfaces.Reports;

namespace Orleans.Mmu.Chaos.Crashes;

/// <summary>Crashes one after another, on clusters of one, two and three silos, until there were enough.</summary>
public static class CrashCampaign
{
    // Most of the time of a crash is waiting for others to notice it.
    private const int AtOnce = 2;

    /// <summary>All kinds of clusters: the number of silos, and whether a machine's grains are on one.</summary>
    public static IReadOnlyList<(int Silos, MachineSpread Spread)> Clusters { get; } =
    [
        (1, MachineSpread.Together), (2, MachineSpread.Spread), (2, MachineSpread.Together), (3, MachineSpread.Spread),
        (3, MachineSpread.Together),
    ];

    /// <param name="clusters">The clusters, some of <see cref="Clusters"/>.</param>
    /// <param name="crashes">How many silos are to die in the middle of a boot, over all clusters.</param>
    /// <param name="seed">The first seed; the crashes of each cluster take those that follow.</param>
    /// <param name="output">The logs of each crash that went wrong, and the sums.</param>
    /// <param name="progress">A line for each crash.</param>
    /// <returns>Whether nothing was lost.</returns>
    public static async Task<bool> RunAsync(
        IReadOnlyList<(int Silos, MachineSpread Spread)> clusters, int crashes, long seed, TextWriter output,
        TextWriter progress, CancellationToken cancellationToken)
    {
        using var places = new SemaphoreSlim(AtOnce);
        var all = (await Task.WhenAll(clusters.Select(async (c, i) =>
        {
            await places.WaitAsync(cancellationToken);
            try
            {
                return await ClusterAsync(c.Silos, c.Spread, (crashes + i) / clusters.Count, seed,
                    TextWriter.Synchronized(output), TextWriter.Synchronized(progress), cancellationToken);
            }
            finally
            {
                places.Release();
            }
        }))).SelectMany(r => r).ToList();
        Summarize("all", all, output);
        return all.TrueForAll(r => r.Wrong is null);
    }

    /// <summary>One crash by its seed, as a campaign has printed it.</summary>
    public static async Task<bool> RepeatAsync(
        long seed, int silos, MachineSpread spread, TextWriter output, CancellationToken cancellationToken)
    {
        await using var cluster = await CrashCluster.StartAsync(silos, spread);
        var result = await new CrashRun(cluster, CrashCase.Of(seed, silos, spread)).PerformAsync(cancellationToken);
        await output.WriteLineAsync(Line(result));
        if (result.Wrong is not null)
            await cluster.WriteLogsAsync(output);
        return result.Wrong is null;
    }

    private static async Task<List<CrashResult>> ClusterAsync(
        int silos, MachineSpread spread, int crashes, long seed, TextWriter output, TextWriter progress,
        CancellationToken cancellationToken)
    {
        await using var cluster = await CrashCluster.StartAsync(silos, spread);
        var results = new List<CrashResult>();
        for (int died = 0; died < crashes; seed++)
        {
            var result = await new CrashRun(cluster, CrashCase.Of(seed, silos, spread)).PerformAsync(cancellationToken);
            results.Add(result);
            died += Math.Min(1, result.Crashes);
            if (result.Wrong is not null)
            {
                await output.WriteLineAsync(Line(result));
                await cluster.WriteLogsAsync(output);
            }

            await progress.WriteLineAsync(Line(result));
        }

        Summarize(string.Create(CultureInfo.InvariantCulture, $"{silos} silo{(silos == 1 ? "" : "s")}, {spread}"),
            results, output);
        return results;
    }

    private static string Line(CrashResult result) => string.Create(CultureInfo.InvariantCulture,
        $"{result.Case}: {result.Wrong ?? result.Report?.Outcome.ToString()}; {result.Crashes} died, taken up "
        + $"{result.Report?.Repaint?.TakenUp}, reborn [{string.Join(' ', result.Report?.Repaint?.Reborn ?? [])}], "
        + $"{result.Looks} looks, {result.Took.TotalSeconds:0.0} s");

    private static void Summarize(string name, List<CrashResult> results, TextWriter output)
    {
        var crashed = results.Where(r => r.Crashes > 0).ToList();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name}: {crashed.Count} boots with {crashed.Sum(r => r.Crashes)} silos killed: "
            + $"{crashed.Count(r => r.Report?.Outcome == MachineOutcome.Online)} online, "
            + $"{crashed.Count(r => r.Report is { Outcome: not MachineOutcome.Online })} failed with a reason, "
            + $"{crashed.Count(r => r.Wrong is not null)} wrong; "
            + $"runs taken up in {crashed.Count(r => r.Report?.Repaint?.TakenUp > 0)}, CPUs reborn in a run in "
            + $"{crashed.Count(r => r.Report?.Repaint?.Reborn.Length > 0)}; "
            + $"{results.Sum(r => r.Looks)} looks; slowest "
            + $"{crashed.Select(r => r.Took.TotalSeconds).DefaultIfEmpty().Max():0.0} s"));
        output.Flush();
    }
}
