using System.Diagnostics;
using System.Globalization;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Interfaces.Reports;
using Orleans.Mmu.Linux.MachineFiles;
using Orleans.Mmu.Linux.ProtocolFiles;
using Orleans.Mmu.Silo.Hosting;
using Orleans.TestingHost;

namespace Orleans.Mmu.Benchmarks;

/// <summary>
/// Many machines at once on one silo, more than it lets wait, and the largest map: time, memory, and what is refused.
/// </summary>
internal static class Crowd
{
    private const int Machines = 1000;
    private const int TooMany = 1100;

    public static async Task<int> RunAsync()
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.Options.ConfigureFileLogging = false;
        builder.ConfigureSilo((_, silo) => silo.AddMmu());
        await using var cluster = builder.Build();
        await cluster.DeployAsync();
        string asymmetric = BuiltInMachines.Find("asymmetric")!;
        foreach (int count in new[] { 1, Machines, TooMany })
        {
            var watch = Stopwatch.StartNew();
            var answers = await Task.WhenAll(Enumerable.Range(0, count).Select(_ => BootAsync(cluster, asymmetric)));
            Report(string.Create(CultureInfo.InvariantCulture, $"{count} times asymmetric (8 CPUs, 4 GiB) at once"),
                answers, watch);
        }

        string large = asymmetric.Replace("\"size\": \"4G\"", "\"size\": \"64T\"", StringComparison.Ordinal);
        var alone = Stopwatch.StartNew();
        Report("8 CPUs, 64 TiB", [await BootAsync(cluster, large)], alone);
        return 0;
    }

    private static void Report(string what, BootAnswer[] answers, Stopwatch watch)
    {
        var refusals = answers.Where(a => a.InputError is not null).ToList();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{what}: {watch.Elapsed.TotalSeconds:0.0} s; "
            + $"{answers.Count(a => a.Report?.Outcome == MachineOutcome.Online)} online, {refusals.Count} refused; "
            + $"heap {GC.GetTotalMemory(forceFullCollection: true) >> 20} MB, process at most "
            + $"{Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MB"));
        if (refusals.Count > 0)
            Console.WriteLine($"  {refusals[0].InputError}");
    }

    private static Task<BootAnswer> BootAsync(InProcessTestCluster cluster, string json) =>
        cluster.Client.GetGrain<IMachineGrain>($"crowd-{Guid.NewGuid():N}")
        .Boot(new BootRequest(new("crowd", json), RepaintProtocols.IdmapReserved.Name, 1, ForceRepaint: false,
            Trace: false), CancellationToken.None);
}
