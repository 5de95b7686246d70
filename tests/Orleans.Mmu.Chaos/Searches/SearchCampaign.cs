using System.Diagnostics;
using System.Globalization;
using Orleans.Mmu.Chaos.Crashes;
using Orleans.Mmu.Grains.Options;

namespace Orleans.Mmu.Chaos.Searches;

/// <summary>
/// Searches on three silos, of which one or two kill themselves at moments that follow from seeds. What the command
/// prints must be what it prints in one process.
/// </summary>
internal static class SearchCampaign
{
    private const int Silos = 3;

    private static readonly string[][] Checks =
    [
        ["reference-park", "--cpus", "5", "--symmetry", "off"],
        ["reference-live", "--cpus", "2", "--two-step", "--symmetry", "off"],
        ["reference-live", "--cpus", "4"],
        ["idmap-reserved", "--cpus", "4"],
        ["spin", "--cpus", "3", "--symmetry", "off", "--cnp", "off"],
    ];

    /// <param name="runs">Searches in which at least one silo is to die.</param>
    /// <param name="output">Each search that went wrong, and the sums.</param>
    /// <param name="progress">A line for each search.</param>
    /// <returns>Whether every search printed what it prints in one process.</returns>
    public static async Task<bool> RunAsync(
        int runs, long seed, TextWriter output, TextWriter progress, CancellationToken cancellationToken)
    {
        await using var cluster = await CrashCluster.StartAsync(Silos, MachineSpread.Spread);
        var expected = new Dictionary<string[], (SearchCommand Here, long[] Moments, TimeSpan Calm)>();
        foreach (string[] check in Checks)
            expected[check] = await CalmAsync(cluster, check, cancellationToken);
        (int searches, int killed, int wrong, double slowest) = (0, 0, 0, 0);
        for (; searches < runs; seed++)
        {
            var random = new Random((int)seed);
            string[] check = Checks[random.Next(Checks.Length)];
            var (here, moments, calm) = expected[check];
            // Two silos in every third search: the second often dies while the states of the first are explored again.
            var victims = Enumerable.Range(0, Silos).OrderBy(_ => random.Next()).Take(seed % 3 == 0 ? 2 : 1).ToList();
            for (int i = 0; i < Silos; i++)
                await cluster.SetFuseAsync(i, CrashFuse.Searches, 0);
            foreach (int victim in victims)
                await cluster.SetFuseAsync(victim, CrashFuse.Searches, 1 + random.NextInt64(moments[victim]));
            var watch = Stopwatch.StartNew();
            var there = await SearchCommand.RunAsync([.. check, "--silo", cluster.Gateways], cancellationToken);
            int died = victims.Count(v => cluster.Process(v).Ended.IsCompleted);
            bool isSame = (here.Code, here.Out) == (there.Code, there.Out);
            string line = string.Create(CultureInfo.InvariantCulture,
                $"seed {seed}, {string.Join(' ', check)}: {died} silos killed, {(isSame ? "same" : "WRONG")}, "
                + $"{watch.Elapsed.TotalSeconds:0.0} s instead of {calm.TotalSeconds:0.0} s");
            await progress.WriteLineAsync(line);
            if (!isSame)
            {
                wrong++;
                await output.WriteLineAsync($"{line}\n{there.Error}\n{there.Out}");
                await cluster.WriteLogsAsync(output);
            }

            if (died > 0)
                (searches, killed, slowest) =
                    (searches + 1, killed + died, Math.Max(slowest, watch.Elapsed.TotalSeconds));
            await cluster.ReviveAsync();
        }

        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"{searches} searches with {killed} silos killed: {wrong} wrong; slowest {slowest:0.0} s"));
        return wrong == 0;
    }

    // What one process prints, and each silo's moments in an undisturbed search.
    private static async Task<(SearchCommand Here, long[] Moments, TimeSpan Calm)> CalmAsync(
        CrashCluster cluster, string[] check, CancellationToken cancellationToken)
    {
        var here = await SearchCommand.RunAsync(check, cancellationToken);
        for (int i = 0; i < Silos; i++)
            await cluster.SetFuseAsync(i, CrashFuse.Searches, 0);
        var watch = Stopwatch.StartNew();
        var there = await SearchCommand.RunAsync([.. check, "--silo", cluster.Gateways], cancellationToken);
        if ((here.Code, here.Out) != (there.Code, there.Out))
            throw new InvalidOperationException($"{string.Join(' ', check)} differs on a cluster: {there.Error}");
        long[] moments = new long[Silos];
        for (int i = 0; i < Silos; i++)
            moments[i] = await cluster.CountAsync(i);
        return (here, moments, watch.Elapsed);
    }
}
