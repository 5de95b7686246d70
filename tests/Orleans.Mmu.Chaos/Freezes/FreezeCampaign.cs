using System.Diagnostics;
using System.Globalization;
using Orleans.Mmu.Chaos.Moments;
using Orleans.Mmu.Grains.Options;

namespace Orleans.Mmu.Chaos.Freezes;

/// <summary>Freezes one after another, on clusters of two and three silos.</summary>
public static class FreezeCampaign
{
    // Most of the time of a trial is waiting for others to notice that a silo is silent.
    private const int AtOnce = 2;

    private static readonly (int Silos, MachineSpread Spread)[] Clusters =
    [
        (2, MachineSpread.Together), (3, MachineSpread.Spread), (3, MachineSpread.Together), (2, MachineSpread.Spread),
    ];

    /// <param name="trials">How many trials of whole clusters there are, over all clusters.</param>
    /// <param name="longest">No further trial begins after this time.</param>
    /// <param name="seed">The first seed; the trials of each cluster take those that follow.</param>
    /// <param name="output">The logs of each trial that went wrong, and the sums.</param>
    /// <param name="progress">A line for each trial.</param>
    /// <returns>Whether everything was as it must be.</returns>
    public static async Task<bool> RunAsync(int trials, TimeSpan longest, long seed, TextWriter output,
        TextWriter progress, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        using var places = new SemaphoreSlim(AtOnce);
        var all = (await Task.WhenAll(Clusters.Select(async (c, i) =>
        {
            await places.WaitAsync(cancellationToken);
            try
            {
                return await ClusterAsync(c.Silos, c.Spread, (trials + i) / Clusters.Length, seed,
                    () => watch.Elapsed < longest, TextWriter.Synchronized(output),
                    TextWriter.Synchronized(progress), cancellationToken);
            }
            finally
            {
                places.Release();
            }
        }))).SelectMany(r => r).ToList();
        await output.WriteLineAsync(Sum("all", all));
        return all.TrueForAll(r => r.IsGood);
    }

    /// <summary>One freeze by its seed, as a campaign has printed it.</summary>
    public static async Task<bool> RepeatAsync(
        long seed, int silos, MachineSpread spread, TextWriter output, CancellationToken cancellationToken)
    {
        await using var cluster = await MomentCluster.StartAsync(silos, spread);
        await cluster.MakeWholeAsync();
        var result = await new FreezeTrial(cluster, FreezeCase.Of(seed, silos, spread)).PerformAsync(cancellationToken);
        await output.WriteLineAsync(result.ToString());
        await cluster.WriteLogsAsync(output);
        return result.IsGood;
    }

    private static async Task<List<FreezeResult>> ClusterAsync(int silos, MachineSpread spread, int trials, long seed,
        Func<bool> goesOn, TextWriter output, TextWriter progress, CancellationToken cancellationToken)
    {
        var results = new List<FreezeResult>();
        while (goesOn() && results.Count(r => r.IsWhole) < trials)
        {
            await using var cluster = await MomentCluster.StartAsync(silos, spread);
            // A cluster that does not become whole is given up, and its trial is repeated on another.
            while (goesOn() && results.Count(r => r.IsWhole) < trials && await cluster.MakeWholeAsync())
            {
                var result = await new FreezeTrial(cluster, FreezeCase.Of(seed, silos, spread))
                    .PerformAsync(cancellationToken);
                results.Add(result);
                await progress.WriteLineAsync(result.ToString());
                if (!result.IsGood)
                {
                    await output.WriteLineAsync(result.ToString());
                    await cluster.WriteLogsAsync(output);
                }

                if (!result.IsWhole)
                    break;
                seed++;
            }
        }

        await output.WriteLineAsync(
            Sum(string.Create(CultureInfo.InvariantCulture, $"{silos} silos, {spread}"), results));
        await output.FlushAsync(cancellationToken);
        return results;
    }

    private static string Sum(string name, List<FreezeResult> results)
    {
        var whole = results.Where(r => r.IsWhole).ToList();
        var frozen = whole.Where(r => r.Frozen > 0).ToList();
        return string.Create(CultureInfo.InvariantCulture,
            $"{name}: {whole.Count} trials, {results.Count - whole.Count} not whole, "
            + $"{whole.Count(r => !r.IsBegun)} whose client found no silo; {frozen.Count} frozen "
            + $"({frozen.Count(r => r.Frozen > 1)} twice or more), {frozen.Count(r => r.TakenUp > 0)} runs taken up, "
            + $"{whole.Count(r => r.IsDuel)} duels, {whole.Count(r => r.IsTakenBack)} taken back; "
            + $"{whole.Sum(r => r.Looks)} looks, {whole.Count(r => r.OnMap.Count > 0)} trials with a CPU on the map, "
            + $"{whole.Count(r => r.Reopened.Count > 0)} with an ended run opened again, "
            + $"{whole.Count(r => r.WrongVerdict is not null)} wrong verdicts; longest wait of a client "
            + $"{whole.Select(r => r.Client?.Took.TotalSeconds ?? 0).DefaultIfEmpty().Max():0.0} s");
    }
}
