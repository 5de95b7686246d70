using Orleans.Mmu.Grains.Domain;
using Orleans.Mmu.Grains.Options;
using Orleans.Mmu.Grains.Telemetry;
using Orleans.Mmu.Interfaces.Calls;
using Orleans.Mmu.Interfaces.Reports;
using Orleans.Mmu.Interfaces.StopMachine;
using Orleans.Mmu.Interfaces.Tables;
using Orleans.Mmu.Linux.Protocols;
using Orleans.Mmu.Speculation.Recording;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Grains.StopMachine;

/// <summary>Interprets a protocol over CPU grains: each phase is an awaited fan-out to its role.</summary>
internal sealed class ProtocolRun
{
    private readonly InnerShareableDomain _domain;
    private readonly IPageTableGrain _tables;
    private readonly Protocol _protocol;
    private readonly RunJournal _journal;
    private readonly RunStart _start;
    private readonly TimeProvider _time;
    private readonly RunTelemetry _telemetry;
    private readonly StopMachineRequest _request;
    private readonly RetryPolicy _retries;
    private readonly RunFindings _findings;
    private readonly RunWindows _windows;
    private readonly RunFlag _flag;
    private readonly RunCpus _cpus;
    private readonly BootCpuSteps _boot;
    // A run that is taken up has been stopped since the first of its activations began.
    private long _began;
    private long _stopped;

    public ProtocolRun(
        InnerShareableDomain domain, IPageTableGrain tables, Protocol protocol, RunJournal journal, RunStart start,
        MmuOptions options, TimeProvider time,
        RunTelemetry telemetry)
    {
        (_domain, _tables, _protocol, _journal, _start, _time, _telemetry) =
            (domain, tables, protocol, journal, start, time, telemetry);
        (_request, _began) = (journal.Record.Request!, journal.Record.Began);
        _retries = options.Retries(time);
        _findings = new(journal, start.IsWhole) { Progress = new($"{protocol.Name}: begins", 0, 0) };
        _windows = new(_request, journal.Record.Epoch, protocol);
        _flag = new(_request.Cpus.Length, start);
        _cpus = new(domain, journal, _windows, _findings);
        _boot = new(protocol, journal, _cpus, _windows, _flag, _findings, tables, start, options, time);
    }

    public BootProgress Progress => _findings.Progress;

    public async Task<StopMachineReport> Perform(CancellationToken cancellationToken)
    {
        if (_start.IsGivenUp)
        {
            await EndForAll(_journal.Record.Outcome);
            return Report(_journal.Record.Outcome);
        }

        var outcome = MachineOutcome.Online;
        try
        {
            await Prepare(cancellationToken);
            outcome = await PerformPhases(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            outcome = MachineOutcome.Cancelled;
        }

        if (outcome is not MachineOutcome.Online and not MachineOutcome.ReleaseTimeout)
            await GiveUp(outcome);
        return Report(outcome);
    }

    private async Task Prepare(CancellationToken cancellationToken)
    {
        _domain.Know(_request.Cpus);
        if (_start.Found == RunPhase.Gathering)
            await _cpus.AbandonAsync(_start.Before);
        if (!_request.Quiet)
            _windows.Plan = await _retries.AskAsync(
                () => _tables.PlanSpeculation(unchecked((ulong)_request.Seed), cancellationToken));
        if (_start.IsWhole)
        {
            await _cpus.LookAsync("the map was painted");
            _began = _time.GetUtcNow().Ticks;
            return;
        }

        // Nobody knows which barriers were performed; from here on no walk finds what may be older than they.
        _windows.BeginAt((await _retries.AskAsync(() => _tables.GetTables(0, cancellationToken))).Snapshot.Version);
        _findings.Record(_request.Record, new(0, RunEventKind.TakenUp, "", default, []));
    }

    private async Task<MachineOutcome> PerformPhases(CancellationToken cancellationToken)
    {
        var (first, step) = _start.In(_protocol);
        for (int i = first; i < _protocol.Phases.Length; i++)
        {
            // Once everyone waits, only the end lets them go: from here the run is not cancelled any more.
            if (_flag.Waiting == 0 && !_flag.IsClear)
                cancellationToken.ThrowIfCancellationRequested();
            var phase = _protocol.Phases[i];
            using var span = _telemetry.Phase(phase.Name);
            var outcome = phase.Role == Role.BootCpu ? await _boot.Perform(phase, i == first ? step : 0)
                : await Secondaries(phase);
            if (outcome != MachineOutcome.Online)
                return outcome;
        }

        return MachineOutcome.Online;
    }

    private async Task<MachineOutcome> Secondaries(Phase phase)
    {
        _findings.Progress = new($"{_protocol.Name}: {phase.Name}", 0, _cpus.Secondaries.Count);
        var answers = await _cpus.PerformAsync(_cpus.Secondaries, _windows.Command(phase, phase.Steps));
        _stopped = _time.GetUtcNow().Ticks;
        if (phase.Steps.Contains(CountIn.Instance))
            _flag.CountIn(answers.Given.Count(a => !a.Stale && a.State == CpuRunState.Parked));
        _telemetry.Parked(_flag.Waiting);
        if (answers.Silent.Count == 0)
        {
            await _cpus.LookAsync($"{phase.Name} by the secondaries");
            return MachineOutcome.Online;
        }

        var property = _flag.IsClear ? Property.ReleaseTimeout : Property.RendezvousTimeout;
        _findings.Report(property, answers.Silent, $"did not answer \"{phase.Name}\" of epoch {_journal.Record.Epoch}");
        return _flag.IsClear ? MachineOutcome.ReleaseTimeout : MachineOutcome.RendezvousTimeout;
    }

    // Nobody is released on half an answer: the epoch is closed, and with it every late message of it.
    private async Task GiveUp(MachineOutcome outcome)
    {
        await _journal.GiveUpAsync(
            _journal.Record.Phase == RunPhase.Changing ? RunPhase.Halted : RunPhase.Abandoned, outcome);
        await EndForAll(outcome);
    }

    // A panicked kernel does not let anyone run again, and where tables or TLBs are between two states nobody may.
    private Task EndForAll(MachineOutcome outcome) =>
        outcome == MachineOutcome.Panic || _journal.Record.Phase == RunPhase.Halted
        ? _cpus.DieAsync()
        : _cpus.AbandonAsync(_journal.Record.Epoch);

    private StopMachineReport Report(MachineOutcome outcome)
    {
        long ticks = Math.Max(0, (_stopped == 0 ? _time.GetUtcNow().Ticks : _stopped) - _began);
        var repaint = new RepaintReport(_flag.Secondaries, _boot.Blocks, ticks / TimeSpan.TicksPerMicrosecond,
            _protocol.StopsMachine, _journal.Record.Epoch)
        {
            TakenUp = _journal.Record.TakenUp,
            Reborn = [.. _findings.Reborn],
        };
        return new(outcome, repaint, _windows.CurrentVersion, [.. _findings.Violations], [.. _findings.Trace])
        {
            Recorded = [.. _findings.Recorded],
        };
    }
}
