using System.Collections.Immutable;
using Orleans.Mmu.Coordination.Journals;
using Orleans.Mmu.Coordination.Runs;
using Orleans.Mmu.Grains.Options;
using Orleans.Mmu.Grains.Telemetry;
using Orleans.Mmu.Interfaces.Reports;
using Orleans.Mmu.Interfaces.StopMachine;

namespace Orleans.Mmu.Grains.StopMachine;

/// <summary>One epoch of a run: the state, what the driver brings, and the clock, until the run is over.</summary>
internal sealed class CoordinatedRun
{
    private readonly RunJournal _journal;
    private readonly RunDriver _driver;
    private readonly RunTelemetry _telemetry;
    private readonly TimeProvider _time;
    private readonly StopMachineRequest _request;
    private readonly List<TraceEvent> _timeline = [];
    private RunState _state;
    // When the first CPU was asked to stop, in ticks; 0 before that. A run that is taken up while the tables change has
    // been stopped since the first of its epochs began.
    private long _began;
    private long _stopped;

    /// <param name="found">The head of the record that the journal's claim replaced.</param>
    public CoordinatedRun(RunJournal journal, RunHead found, RunDriver driver, RunTelemetry telemetry,
        MmuOptions options, TimeProvider time)
    {
        (_journal, _driver, _telemetry, _time) = (journal, driver, telemetry, time);
        var record = journal.Record;
        _request = record.Request!;
        bool isOpen = found.Life == RunLife.Open;
        var protocol = KnownProtocols.Find(_request.Protocol);
        var setup = new RunSetup(protocol, _request.Cpus, record.Head, isOpen ? found.Phase : RunPhase.Idle,
            found.Stamp.Epoch, _request.Version)
        {
            ExpectedBlocks = _request.ExpectedBlocks,
            WindowsPerRange = options.WindowsPerRange,
            Quiet = _request.Quiet,
            IsRecorded = _request.Record,
        };
        _began = setup.IsWhole ? 0 : record.Began;
        _state = _request.Replay.IsEmpty
            ? ProtocolRunState.Begin(setup, record.Violations,
                setup.IsGivenUp ? record.Outcome.ToRun() : RunOutcome.Completed)
            : ReplayRunState.Begin(setup, _request.Replay);
    }

    public BootProgress Progress => new(_state.Progress.Activity, _state.Progress.Done, _state.Progress.Total);

    /// <exception cref="Interfaces.Calls.EpochOverException">A later epoch has taken the run up.</exception>
    public async Task<StopMachineReport> PerformAsync(CancellationToken cancellationToken)
    {
        Note(_time.GetUtcNow().Ticks);
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
        long began = _time.GetUtcNow().Ticks;
        if (_began == 0 && order is RunOrder.Perform or RunOrder.Split)
            _began = began;
        var result = await _driver.PerformAsync(order, _state);
        if (_state is ProtocolRunState && order is RunOrder.Perform { Cpus: var cpus } && !IsBootCpu(cpus))
            _stopped = _time.GetUtcNow().Ticks;
        _state = _state.After(result);
        _telemetry.Parked(_state is ProtocolRunState { Flag.Waiting: var waiting } ? waiting : 0);
        _timeline.AddRange(_driver.Timeline);
        _driver.Timeline.Clear();
        Note(began);
    }

    private bool IsBootCpu(ImmutableArray<int> cpus) => cpus is [var cpu] && cpu == _state.Setup.BootCpu;

    // Moments of one order share its time: the model knows their order, not their length.
    private void Note(long began)
    {
        var moments = _state.Moments;
        if (moments.IsEmpty)
            return;
        long now = _time.GetUtcNow().Ticks;
        long each = Math.Max(1, (now - began) / moments.Length);
        for (int i = 0; i < moments.Length; i++)
        {
            var moment = moments[i];
            if (_request.Trace && moment.Phase.Length > 0)
            {
                _timeline.Add(moment.IsInstant ? new(moment.Cpu, moment.Text, moment.Phase, now, 1)
                    : new(moment.Cpu, moment.Text, moment.Phase, began + i * each, each));
            }

            if (_request.Record && moment.Recorded is { } happened)
                _journal.Recorded.Add(happened);
        }
    }

    private StopMachineReport Report()
    {
        var outcome = _state.Outcome!.Value.ToMachine();
        long ended = _stopped == 0 ? _time.GetUtcNow().Ticks : _stopped;
        long ticks = _began == 0 ? 0 : Math.Max(0, ended - _began);
        bool isStopped = _request.Replay.IsEmpty ? _state.Setup.Protocol.StopsMachine : _state.Parked > 0;
        var repaint = new RepaintReport(
            _state.Parked, _state.Blocks, ticks / TimeSpan.TicksPerMicrosecond, isStopped, _state.Setup.Epoch)
        {
            TakenUp = _journal.Record.TakenUp,
            Reborn = [.. _state.Findings.Reborn],
        };
        return new(outcome, repaint, _state.Windows.Current,
            _state.Findings.Violations, [.. _timeline])
        {
            Recorded = [.. _journal.Recorded],
        };
    }
}
