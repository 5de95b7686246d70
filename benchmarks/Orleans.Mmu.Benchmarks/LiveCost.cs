using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Linux.MachineFiles;
using Orleans.Mmu.Linux.ProtocolFiles;
using Orleans.Mmu.Silo.Live;

namespace Orleans.Mmu.Benchmarks;

/// <summary>
/// What open pages of a machine cost its boot: the host time of a boot of 192 CPUs while no page, one or fifty are
/// open, as rows of the table in docs/live.md.
/// </summary>
internal static class LiveCost
{
    private const int Warm = 4;
    private const int Runs = 5;

    private static readonly int[] Pages = [0, 1, 50];

    public static async Task<int> RunAsync()
    {
        await using var silo = await LiveSilo.StartAsync(0, CancellationToken.None);
        var grains = silo.Host.Services.GetRequiredService<IGrainFactory>();
        using var http = new HttpClient { BaseAddress = silo.Address };
        for (int i = 0; i < Warm; i++)
            await BootAsync(grains, http, 0);
        Console.WriteLine("| open pages | milliseconds, each run | median |\n|---|---|---|");
        foreach (int pages in Pages)
        {
            var runs = new List<long>();
            for (int i = 0; i < Runs; i++)
                runs.Add(await BootAsync(grains, http, pages));
            string all = string.Join(", ", runs.Select(r => r.ToString("N0", CultureInfo.InvariantCulture)));
            string name = pages == 0 ? "none" : pages.ToString(CultureInfo.InvariantCulture);
            string median = runs.Order().ElementAt(Runs / 2).ToString("N0", CultureInfo.InvariantCulture);
            Console.WriteLine($"| {name} | {all} | {median} |");
        }

        return 0;
    }

    // The host time of one boot, in milliseconds.
    private static async Task<long> BootAsync(IGrainFactory grains, HttpClient http, int pages)
    {
        string key = $"live-{Guid.NewGuid():N}";
        var machine = grains.GetGrain<IMachineGrain>(key);
        var boot = machine.Boot(
            new(new("live", BuiltInMachines.Find("ampereone-192-asymmetric")!), RepaintProtocols.IdmapReserved.Name, 1,
                ForceRepaint: false, Trace: false)
            { Quiet = true },
            CancellationToken.None);
        // A machine has a page once it has begun its boot.
        while (!boot.IsCompleted && await machine.GetDetails(CancellationToken.None) is null)
            await Task.Delay(1);
        var open = Enumerable.Range(0, pages).Select(_ => ReadAsync(http, key)).ToList();
        var report = (await boot).Report ?? throw new InvalidOperationException("the boot was refused");
        // The events of a page end with the boot.
        await Task.WhenAll(open);
        return report.SimulatedMilliseconds;
    }

    private static async Task ReadAsync(HttpClient http, string key)
    {
        await using var events = await http.GetStreamAsync(new Uri($"/machines/{key}/events", UriKind.Relative));
        await events.CopyToAsync(Stream.Null);
    }
}
