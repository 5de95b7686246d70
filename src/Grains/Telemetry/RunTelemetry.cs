using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Orleans.Mmu.Coordination.Runs;
using Orleans.Mmu.Interfaces.StopMachine;

namespace Orleans.Mmu.Grains.Telemetry;

/// <summary>
/// One run of a protocol as an operator sees it: a span with its phases, the log, and what the meter counts.
/// </summary>
internal sealed class RunTelemetry : IDisposable
{
    private readonly MmuMeter _meter;
    private readonly ILogger _logger;
    private readonly string _machine;
    private readonly RunRecord _record;
    private readonly Activity? _activity;
    private Activity? _phaseActivity;
    private string? _phase;
    private int _parked;
    // Host time, from the first order that stops CPUs or changes tables to the last answer of secondaries.
    private long _began;
    private TimeSpan _stopped;

    public RunTelemetry(MmuMeter meter, ILogger logger, string machine, RunRecord record)
    {
        (_meter, _logger, _machine, _record, _activity) =
            (meter, logger, machine, record, MmuActivities.StopMachine(machine, record));
        meter.EpochBegun(again: record.TakenUp > 0);
        if (record.TakenUp > 0)
            logger.RunTakenUp(machine, record.Epoch, record.TakenUp);
        else
            logger.RunBegins(machine, record.Request!.Protocol, record.Epoch, record.Request.Cpus.Length);
    }

    /// <summary>The run is in a phase; null between phases. The span of a phase lasts until the next one.</summary>
    public void Enter(string? phase)
    {
        if (phase == _phase)
            return;
        _phaseActivity?.Dispose();
        _phaseActivity = null;
        _phase = phase;
        if (phase is null)
            return;
        _logger.PhaseBegins(_machine, _record.Epoch, phase);
        _phaseActivity = MmuActivities.Phase(_machine, _record, phase);
    }

    /// <summary>So many CPUs of this run are parked now.</summary>
    public void Parked(int cpus)
    {
        _meter.Parked(cpus - _parked);
        _parked = cpus;
    }

    /// <summary>CPUs are asked to stop, or tables to change.</summary>
    public void Changes()
    {
        if (_began == 0)
            _began = Stopwatch.GetTimestamp();
    }

    /// <summary>An order was performed that began at a timestamp of <see cref="Stopwatch"/>.</summary>
    public void Performed(RunOrder order, int bootCpu, long began) =>
        _meter.Performed(RunParts.Of(order, bootCpu), Stopwatch.GetElapsedTime(began));

    /// <summary>The secondaries have answered.</summary>
    public void Answered() => _stopped = Stopwatch.GetElapsedTime(_began);

    public void End(StopMachineReport report)
    {
        // Names of users' protocols have no end: a series for each would fill the operator's memory.
        var request = _record.Request!;
        _meter.RunEnded(report, request.ProtocolFile is null ? request.Protocol : "file", _stopped);
        _activity.End(report.Outcome, report.Violations.Length);
        _logger.RunEnds(_machine, _record.Epoch, report.Outcome, report.Repaint.Parked, report.Repaint.SplitBlocks,
            report.Repaint.Duration.Microseconds);
    }

    public void Dispose()
    {
        Parked(0);
        _phaseActivity?.Dispose();
        _activity?.Dispose();
    }
}
