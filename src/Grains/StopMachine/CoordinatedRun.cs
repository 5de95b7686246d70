using System.Diagnostics;
using Orleans.Mmu.Coordination.Journals;
using Orleans.Mmu.Coordination.Runs;
using Orleans.Mmu.Grains.Options;
using Orleans.Mmu.Grains.Telemetry;
using Orleans.Mmu.Interfaces.Reports;
using Orleans.Mmu.Interfaces.StopMachine;

namespace Orleans.Mmu.Grains.StopMachine;

/// <summary>One epoch of a run: the state, and what the driver brings, until the run is over.</summary>
internal sealed class CoordinatedRun
{
    private readonly RunJournal _journal;
    private readonly RunDriver _driver;
    private readonly RunTelemetry _telemetry;
    private readonly StopMachineRequest _request;
    private readonly List<TraceEvent> _timeline = [];
    private RunState _state;

    /// <param name="found">The head of the record that the journal's claim replaced.</param>
    public CoordinatedRun(RunJournal journal, RunHead found, RunDriver driver, RunTelemetry telemetry,
        MmuOptions options)
    {
        (_journal, _driver, _telemetry) = (journal, driver, telemetry);
        var record = journal.Record;
        _request = record.Request!;
        bool isOpen = found.Life == RunLife.Open;
        var protocol = KnownProtocols.Of(_request);
        var setup = new RunSetup(protocol, _request.Cpus, record.Head, isOpen ? found.Phase : RunPhase.Idle,
            found.Stamp.Epoch, _request.Version)
        {
            ExpectedBlocks = _request.ExpectedBlocks,
            WindowsPerRange = options.WindowsPerRange,
            Quiet = _request.Quiet,
            IsRecorded = _request.Record,
            IsTraced = _request.Trace,
            PageSize = _request.PageSize,
        };
        // A run that was begun and changed nothing begins anew. One that is taken up later has taken the time of what
        // it does not repeat.
        if (!setup.IsWhole)
            setup = setup with { Elapsed = new(record.Elapsed), Blocks = record.Blocks };
        _state = _request.Replay.IsEmpty
            ? ProtocolRunState.Begin(setup, record.Violations,
                setup.IsGivenUp ? record.Outcome.ToRun() : RunOutcome.Completed)
            : ReplayRunState.Begin(setup, _request.Replay);
    }

    public BootProgress Progress => new(_state.Progress.Activity, _state.Progress.Done, _state.Progress.Total)
    {
        Run = new(_state.Setup.Secondaries.Length, _state.Waiting, _state.Blocks, _state.Windows.Opened,
            _state.Findings.Violations.Length,
            [.. _state.Findings.Violations.Take(RunCourse.MostShown).Select(ViolationReport.Of)])
        {
            Parked = _state.WaitingCpus,
        },
    };

    /// <exception cref="Interfaces.Calls.EpochOverException">A later epoch has taken the run up.</exception>
    public async Task<StopMachineReport> PerformAsync(CancellationToken cancellationToken)
    {
        Note();
        while (_state.Next is { } order)
        {
            if (cancellationToken.IsCancellationRequested && _state.CanCancel)
            {
                _state = _state.Cancel();
                continue;
            }

            _telemetry.Enter(_state.PhaseName);
            await TakeAsync(order);
        }

        return Report();
    }

    private async Task TakeAsync(RunOrder order)
    {
        if (order is RunOrder.Perform or RunOrder.Split)
            _telemetry.Changes();
        long began = Stopwatch.GetTimestamp();
        var result = await _driver.PerformAsync(order, _state);
        _telemetry.Performed(order, _state.Setup.BootCpu, began);
        if (order is RunOrder.Perform { Cpus: [var cpu, ..] } && cpu != _state.Setup.BootCpu)
            _telemetry.Answered();
        _state = _state.After(result);
        _telemetry.Parked(_state.Waiting);
        Note();
    }

    private void Note()
    {
        foreach (var moment in _state.Moments)
        {
            if (_request.Trace && moment.Phase.Length > 0)
            {
                var began = _state.TimeOf(moment.Began);
                _timeline.Add(new(moment.Cpu, moment.Text, moment.Phase, began.Picoseconds,
                    (_state.TimeOf(moment.Ended) - began).Picoseconds));
            }

            if (_request.Record && moment.Recorded is { } happened)
                _journal.Recorded.Add(happened);
        }
    }

    private StopMachineReport Report()
    {
        var outcome = _state.Outcome!.Value.ToMachine();
        bool isStopped = _request.Replay.IsEmpty ? _state.Setup.Protocol.StopsMachine : _state.Parked > 0;
        var repaint = new RepaintReport(
            _state.Parked, _state.Blocks, _state.Elapsed.Picoseconds, isStopped, _state.Setup.Epoch)
        {
            TakenUp = _journal.Record.TakenUp,
            Reborn = [.. _state.Findings.Reborn],
        };
        return new(outcome, repaint, _state.Windows.Current,
            _state.Findings.Violations, [.. _timeline])
        {
            Recorded = [.. _journal.Recorded],
            Sighted = [.. _driver.Sighted],
        };
    }
}
