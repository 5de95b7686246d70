using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Interfaces.Reports;

namespace Orleans.Mmu.Grains.Telemetry;

/// <summary>
/// One boot as an operator sees it: a span, two lines of the log, and the meter's counts at its end.
/// </summary>
internal sealed class BootTelemetry : IDisposable
{
    private readonly MmuMeter _meter;
    private readonly ILogger _logger;
    private readonly string _machine;
    private readonly Activity? _activity;
    private readonly long _began = Stopwatch.GetTimestamp();
    private (MachineOutcome Outcome, string Mode, IReadOnlyList<ViolationReport> Violations) _end =
        (MachineOutcome.Booting, "none", []);

    public BootTelemetry(MmuMeter meter, ILogger logger, string machine, BootRequest request)
    {
        (_meter, _logger, _machine, _activity) = (meter, logger, machine, MmuActivities.Boot(machine, request));
        logger.BootBegins(machine, request.Protocol, request.Seed);
    }

    /// <summary>What it came to. A boot that ends without either is still booting: it will be taken up.</summary>
    public void End(BootReport report) => _end = (report.Outcome, report.Mode, report.Violations);

    public void Cancelled() => _end.Outcome = MachineOutcome.Cancelled;

    public void Dispose()
    {
        _meter.BootEnded(_end.Outcome, _end.Mode, _end.Violations, Stopwatch.GetElapsedTime(_began));
        _activity.End(_end.Outcome, _end.Violations.Count);
        _logger.BootEnds(_machine, _end.Outcome, _end.Mode, _end.Violations.Count);
        foreach (var violation in _end.Violations)
            _logger.Violated(_machine, violation.Rule, violation.Message);
        _activity?.Dispose();
    }
}
