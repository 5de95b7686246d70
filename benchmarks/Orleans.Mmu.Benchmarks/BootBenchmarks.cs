using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Interfaces.Reports;
using Orleans.Mmu.Linux.MachineFiles;
using Orleans.Mmu.Silo.Hosting;

using IHost = Microsoft.Extensions.Hosting.IHost;

namespace Orleans.Mmu.Benchmarks;

/// <summary>
/// A whole asymmetric boot on a warm embedded silo, the last CPU lacking the feature. Divide by CPUs or by blocks
/// (2M each): both costs should stay flat as their number grows.
/// </summary>
[Config(typeof(WholeBoots))]
[MemoryDiagnoser]
public class BootBenchmarks
{
    private IHost? _silo;
    private IGrainFactory _grains = null!;

    /// <summary>CPUs and GiB: one grows while the other stays.</summary>
    [Params("8x16", "64x16", "192x16", "1024x16", "8x256", "8x1024", "8x4096", "192x256")]
    public string Machine { get; set; } = "";

    [GlobalSetup]
    public void Start()
    {
        _silo = EmbeddedSilo.StartAsync(CancellationToken.None).GetAwaiter().GetResult();
        _grains = _silo.Services.GetRequiredService<IGrainFactory>();
    }

    [GlobalCleanup]
    public void Stop()
    {
        _silo?.StopAsync(CancellationToken.None).GetAwaiter().GetResult();
        _silo?.Dispose();
    }

    [Benchmark]
    public async Task<long> Boot()
    {
        string[] parts = Machine.Split('x');
        string json = BuiltInMachines.Find("ampereone-192-asymmetric")!
            .Replace("\"count\": 191", $"\"count\": {int.Parse(parts[0], null) - 1}", StringComparison.Ordinal)
            .Replace("\"256G\"", $"\"{parts[1]}G\"", StringComparison.Ordinal);
        var request = new BootRequest(new("benchmark", json), "idmap-reserved", 1, ForceRepaint: false, Trace: false);
        var answer = await _grains.GetGrain<IMachineGrain>($"benchmark-{Guid.NewGuid():N}")
            .Boot(request, CancellationToken.None);
        return answer.Report is { Outcome: MachineOutcome.Online, Violations.Length: 0 } report
            ? report.Repaint!.SplitBlocks
            : throw new InvalidOperationException($"the boot of {Machine} failed");
    }
}
