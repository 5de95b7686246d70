using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Mmu.Grains.Options;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Interfaces.Reports;
using Orleans.Mmu.Linux.MachineFiles;
using Orleans.Mmu.Linux.ProtocolFiles;
using Orleans.Mmu.Silo.Hosting;
using Orleans.TestingHost;

namespace Orleans.Mmu.Benchmarks;

/// <summary>
/// The time that a dance stops 192 CPUs beside a bare awaited fan-out over 192 empty grains, in turns, on one silo and
/// on two; the grains of a machine together or spread; and boots of many CPUs.
/// </summary>
internal static class DanceComparison
{
    private const int Cpus = 192;
    private const int WarmUps = 50;

    /// <param name="turns">How often each is measured; the number printed is the median.</param>
    /// <param name="bigBoots">Boots of more CPUs follow.</param>
    public static async Task<int> RunAsync(int turns, bool bigBoots)
    {
        using var stops = new MeasuredStops();
        foreach (var (silos, spread) in new[] { ((short)1, MachineSpread.Together), ((short)2, MachineSpread.Together),
            ((short)2, MachineSpread.Spread) })
        {
            await using var cluster = await StartAsync(silos, spread);
            var fanOuts = new List<double>();
            var first = new List<double>();
            var dances = new List<double>();
            var watched = new List<double>();
            var boots = new List<double>();
            var parts = new List<IReadOnlyList<(string Part, double Microseconds)>>();
            for (int turn = -WarmUps; turn < turns; turn++)
            {
                // Collecting what earlier turns left behind is not measured.
                GC.Collect();
                double[] fanOut = await cluster.Client.GetGrain<IFanOutGrain>(0)
                    .Measure(Guid.NewGuid().ToString("N"), Cpus, 50);
                GC.Collect();
                stops.TakeParts();
                await BootAsync(cluster, Cpus, "1G", quiet: true);
                double dance = stops.LastMicroseconds;
                var waits = stops.TakeParts();
                var watch = Stopwatch.StartNew();
                await BootAsync(cluster, Cpus, "1G", quiet: false);
                double adversary = stops.LastMicroseconds;
                if (turn < 0)
                    continue; // .NET compiles.
                fanOuts.Add(Median(fanOut));
                first.Add(fanOut[1]);
                dances.Add(dance);
                parts.Add(waits);
                watched.Add(adversary);
                boots.Add(watch.Elapsed.TotalMilliseconds);
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{silos} silo{(silos == 1 ? " " : "s")} {spread,-8}: fan-out over {Cpus} empty grains "
                + $"{Median(fanOuts):0} us, {Median(first):0} us the first time after their activation; dance "
                + $"{Median(dances):0} us, {Median(dances) / Median(fanOuts):0.0} and "
                + $"{Median(dances) / Median(first):0.0} times (the least: {fanOuts.Min():0}, {first.Min():0} and "
                + $"{dances.Min():0} us, {dances.Min() / fanOuts.Min():0.0} and "
                + $"{dances.Min() / first.Min():0.0} times); with the adversary {Median(watched):0} us; whole "
                + $"boot {Median(boots):0} ms"));
            PrintParts(parts);
        }

        if (!bigBoots)
            return 0;
        await using var big = await StartAsync(1, MachineSpread.Together);
        foreach (int cpus in new[] { 1024, 4096, 16384 })
        {
            var watch = Stopwatch.StartNew();
            await BootAsync(big, cpus, "16G", quiet: false);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"boot of {cpus} CPUs: {watch.Elapsed.TotalSeconds:0.0} s, "
                + $"{GC.GetTotalMemory(forceFullCollection: true) >> 20} MB of heap after it"));
        }

        return 0;
    }

    // Every run without an adversary waits for the same in the same order.
    private static void PrintParts(List<IReadOnlyList<(string Part, double Microseconds)>> runs)
    {
        for (int i = 0; i < runs[0].Count; i++)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"  {runs[0][i].Part,-12} {Median(runs.Select(r => r[i].Microseconds)),6:0} us, least "
                + $"{runs.Min(r => r[i].Microseconds),6:0} us"));
        }
    }

    private static async Task<InProcessTestCluster> StartAsync(short silos, MachineSpread spread)
    {
        var builder = new InProcessTestClusterBuilder(silos);
        builder.Options.ConfigureFileLogging = false;
        builder.ConfigureSilo((_, silo) =>
        {
            silo.AddMmu();
            silo.Services.Configure<MmuOptions>(o => o.Placement = spread);
        });
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return cluster;
    }

    private static async Task<BootReport> BootAsync(InProcessTestCluster cluster, int cpus, string memory, bool quiet)
    {
        string json = BuiltInMachines.Find("ampereone-192-asymmetric")!
            .Replace("\"count\": 191", string.Create(CultureInfo.InvariantCulture, $"\"count\": {cpus - 1}"),
                StringComparison.Ordinal)
            .Replace("\"256G\"", $"\"{memory}\"", StringComparison.Ordinal);
        var request = new BootRequest(
            new("dance", json), RepaintProtocols.IdmapReserved.Name, 1, ForceRepaint: false, Trace: false)
        {
            Quiet = quiet,
        };
        var report = (await cluster.Client.GetGrain<IMachineGrain>($"dance-{Guid.NewGuid():N}")
            .Boot(request, CancellationToken.None)).Report;
        return report is { Outcome: MachineOutcome.Online, Violations.Length: 0 } ? report
            : throw new InvalidOperationException($"the boot of {cpus} CPUs failed");
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
