using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Hosting;
using Orleans.Mmu.Grains.Telemetry;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Silo.Hosting;

namespace Orleans.Mmu.Tests.Boot;

/// <summary>
/// What an operator sees of a boot: numbers and spans. The silo is the test's own, so that no other test's are among
/// them.
/// </summary>
public sealed class TelemetryTests : IAsyncLifetime
{
    private IHost _host = null!;

    public async Task InitializeAsync() => _host = await EmbeddedSilo.StartAsync(CancellationToken.None);

    public async Task DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    [Fact]
    public async Task A_boot_is_counted_and_measured()
    {
        using var parked = Collect<int>("mmu.cpus.parked");
        using var stopped = Collect<double>("mmu.dance.stopped");
        using var split = Collect<long>("mmu.blocks.split");
        using var broadcasts = Collect<long>("mmu.tlbi.broadcasts");
        using var epochs = Collect<long>("mmu.epochs.begun");
        using var retries = Collect<long>("mmu.epochs.retried");
        using var boots = Collect<long>("mmu.boots");
        using var duration = Collect<double>("mmu.boot.duration");
        var (_, report) = await BootAsync("idmap-reserved");

        var stop = Assert.Single(stopped.GetMeasurementSnapshot());
        // The meter has the host's time, which no report has.
        Assert.True(stop.Value > 0);
        Assert.Equal("idmap-reserved", stop.Tags["mmu.protocol"]);
        Assert.Equal(report.Repaint!.SplitBlocks, Sum(split));
        Assert.Equal(7, parked.GetMeasurementSnapshot().Max(m => m.Value));
        Assert.Equal(0, parked.GetMeasurementSnapshot().Sum(m => m.Value));
        // One ends the repaint, one the permissions of boot.
        Assert.Equal((2, 1, 0), (Sum(broadcasts), Sum(epochs), Sum(retries)));
        var boot = Assert.Single(boots.GetMeasurementSnapshot());
        Assert.Equal(("Online", "repaint"), (boot.Tags["mmu.outcome"], boot.Tags["mmu.mode"]));
        Assert.Equal("s", duration.Instrument!.Unit);
        Assert.True(Assert.Single(duration.GetMeasurementSnapshot()).Value > stop.Value);
    }

    [Fact]
    public async Task Violations_are_counted_by_rule()
    {
        using var violations = Collect<long>("mmu.violations");
        var (_, report) = await BootAsync("spin");
        Assert.Equal(
            report.Violations.CountBy(v => v.Rule).OrderBy(r => r.Key).Select(r => (r.Key, (long)r.Value)),
            violations.GetMeasurementSnapshot().Select(m => ((string)m.Tags["mmu.rule"]!, m.Value))
                .OrderBy(r => r.Item1));
        Assert.NotEmpty(violations.GetMeasurementSnapshot());
    }

    [Fact]
    public async Task A_boot_has_spans_for_the_dance_and_its_phases()
    {
        var ended = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == MmuMeter.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = ended.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        var (key, _) = await BootAsync("idmap-reserved");
        var spans = ended.Where(a => (string?)a.GetTagItem("mmu.machine") == key).ToList();

        var dance = Assert.Single(spans, a => a.OperationName == "stop_machine");
        Assert.Equal((1L, "idmap-reserved"), (dance.GetTagItem("mmu.epoch"), dance.GetTagItem("mmu.protocol")));
        Assert.Equal(ActivityStatusCode.Ok, Assert.Single(spans, a => a.OperationName == "boot").Status);
        var phases = spans.Where(a => a.OperationName == "phase").ToList();
        Assert.Equal(["announce", "park", "repaint", "resume"], phases.Select(p => p.GetTagItem("mmu.phase")));
        Assert.All(phases, p => Assert.Equal(dance.SpanId, p.ParentSpanId));
    }

    private MetricCollector<T> Collect<T>(string instrument)
        where T : struct => new(_host.Services.GetRequiredService<IMeterFactory>(), MmuMeter.Name, instrument);

    private static long Sum(MetricCollector<long> collector) => collector.GetMeasurementSnapshot().Sum(m => m.Value);

    private async Task<(string Key, BootReport Report)> BootAsync(string protocol)
    {
        string key = $"test-{Guid.NewGuid():N}";
        var request = new BootRequest(new("test", Lab.Small("asymmetric")), protocol, 1, false, false);
        var answer = await _host.Services.GetRequiredService<IGrainFactory>().GetGrain<IMachineGrain>(key)
            .Boot(request, CancellationToken.None);
        return (key, answer.Report!);
    }
}
