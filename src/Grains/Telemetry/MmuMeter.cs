using System.Diagnostics.Metrics;
using Orleans.Mmu.Interfaces.Reports;
using Orleans.Mmu.Interfaces.StopMachine;

namespace Orleans.Mmu.Grains.Telemetry;

/// <summary>
/// The metrics of one silo's grains. No instrument names a machine, because there may be any number of machines.
/// </summary>
public sealed class MmuMeter
{
    /// <summary>The meter's name, and the activity source's.</summary>
    public const string Name = "Orleans.Mmu";

    private static readonly InstrumentAdvice<double> Stops = new()
    {
        HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    };
    private static readonly InstrumentAdvice<double> Parts = new()
    {
        HistogramBucketBoundaries = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5, 10],
    };
    private static readonly InstrumentAdvice<double> Boots = new()
    {
        HistogramBucketBoundaries = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120],
    };

    private readonly UpDownCounter<int> _parked;
    private readonly Histogram<double> _stopped;
    private readonly Histogram<double> _parts;
    private readonly Counter<long> _splits;
    private readonly Counter<long> _broadcasts;
    private readonly Counter<long> _violations;
    private readonly Counter<long> _epochs;
    private readonly Counter<long> _retries;
    private readonly Counter<long> _boots;
    private readonly Histogram<double> _bootDuration;

    public MmuMeter(IMeterFactory factory)
    {
        // The factory owns the meter.
        var meter = factory.Create(Name);
        _parked = meter.CreateUpDownCounter<int>(
            "mmu.cpus.parked", "{cpu}", "CPUs that wait for CPU 0 to change the tables.");
        _stopped = meter.CreateHistogram(
            "mmu.dance.stopped", "s", "Host time for which a simulated repaint kept CPUs stopped.", tags: null, Stops);
        _parts = meter.CreateHistogram("mmu.dance.part", "s",
            "Host time that a repaint waited, by what for: CPUs, tables or the journal.", tags: null, Parts);
        _splits = meter.CreateCounter<long>(
            "mmu.blocks.split", "{block}", "Block descriptors that repaints replaced by tables.");
        _broadcasts =
            meter.CreateCounter<long>("mmu.tlbi.broadcasts", "{tlbi}", "TLBIs sent to all CPUs of a machine.");
        _violations = meter.CreateCounter<long>(
            "mmu.violations", "{violation}", "Properties that did not hold during a boot, by rule.");
        _epochs = meter.CreateCounter<long>(
            "mmu.epochs.begun", "{epoch}", "Epochs of repaints, those that took up a lost run included.");
        _retries = meter.CreateCounter<long>(
            "mmu.epochs.retried", "{epoch}", "Epochs that took up a run whose silo was lost.");
        _boots = meter.CreateCounter<long>("mmu.boots", "{boot}", "Boots that ended, by outcome and mode.");
        _bootDuration =
            meter.CreateHistogram(
                "mmu.boot.duration", "s", "Host time that boots took on this silo.", tags: null, Boots);
    }

    internal void Broadcast(int operations) => _broadcasts.Add(operations);

    internal void Parked(int change) => _parked.Add(change);

    internal void Performed(string part, TimeSpan took) =>
        _parts.Record(took.TotalSeconds, new KeyValuePair<string, object?>("mmu.part", part));

    internal void EpochBegun(bool again)
    {
        _epochs.Add(1);
        if (again)
            _retries.Add(1);
    }

    internal void RunEnded(StopMachineReport report, string protocol, TimeSpan stopped)
    {
        var repaint = report.Repaint;
        _splits.Add(repaint.SplitBlocks);
        if (repaint.Stopped)
            _stopped.Record(stopped.TotalSeconds, new("mmu.protocol", protocol),
                new("mmu.outcome", report.Outcome.ToString()));
    }

    /// <param name="mode">As the report says; "none" for a boot that came to no report.</param>
    internal void BootEnded(
        MachineOutcome outcome, string mode, IEnumerable<ViolationReport> violations, TimeSpan duration)
    {
        KeyValuePair<string, object?> what = new("mmu.outcome", outcome.ToString()), how = new("mmu.mode", mode);
        _boots.Add(1, what, how);
        _bootDuration.Record(duration.TotalSeconds, what, how);
        foreach (var rule in violations.CountBy(v => v.Rule))
            _violations.Add(rule.Value, new KeyValuePair<string, object?>("mmu.rule", rule.Key));
    }
}
