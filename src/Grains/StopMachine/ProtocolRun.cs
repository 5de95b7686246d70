using System.Collections.Immutable;
using Orleans.Mmu.Arm;
using Orleans.Mmu.Checking;
using Orleans.Mmu.Interfaces;
using Orleans.Mmu.Linux;

namespace Orleans.Mmu.Grains;

/// <summary>
/// Interprets a protocol over CPU grains: each phase is an awaited fan-out to its role, each step of the boot CPU is
/// followed by a window for the adversary. It decides nothing about tables or TLBs.
/// </summary>
internal sealed class ProtocolRun(
    InnerShareableDomain domain, IPageTableGrain tables, Protocol protocol, RunJournal journal, RunStart start, MmuOptions options, TimeProvider time,
    RunTelemetry telemetry)
{
    private readonly StopMachineRequest _request = journal.Record.Request!;
    private readonly long _epoch = journal.Record.Epoch;
    private readonly RunFindings _findings = new(journal, start.IsWhole);
    private readonly Patience _patience = new(options, time);
    private readonly List<KeyValuePair<long, string>> _changes = [];
    private readonly IReadOnlyList<int> _secondaries = [.. journal.Record.Request!.Cpus.Skip(1)];
    private PlanMessage _plan = new(0, [], -1);
    private Task<IReadOnlyList<int>>? _tlbi;
    private long _ordered = journal.Record.Request!.Version;
    private long _windows;
    private int _sequence;
    private int _splits;
    private int _flag;
    private long _blocks;
    private bool _released;
    // A run that is taken up has been stopped since the first of its activations began.
    private long _began = journal.Record.Began;
    private long _stopped;

    /// <summary>The tables as they are.</summary>
    public long CurrentVersion { get; private set; } = journal.Record.Request!.Version;

    public BootProgress Progress { get; private set; } = new($"{protocol.Name}: begins", 0, 0);

    public async Task<StopMachineReport> Perform(CancellationToken cancellationToken)
    {
        if (start.IsGivenUp)
        {
            await EndForAll(journal.Record.Outcome);
            return Report(journal.Record.Outcome);
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
        if (start.Found == RunPhase.Gathering)
            await domain.Ask(_secondaries, cpu => cpu.Abandon(start.Before, CancellationToken.None));
        if (!_request.Quiet)
            _plan = await _patience.Ask(() => tables.PlanSpeculation(unchecked((ulong)_request.Seed), cancellationToken));
        if (start.IsWhole)
        {
            await Look("the map was painted");
            _began = time.GetUtcNow().Ticks;
            return;
        }

        (_flag, _released) = (_request.Cpus.Length, start.Found == RunPhase.Released);
        // Nobody knows which barriers were performed; from here on no walk finds what may be older than they.
        _ordered = CurrentVersion = (await _patience.Ask(() => tables.GetTables(0, cancellationToken))).Snapshot.Version;
        _findings.Record(_request.Record, new(0, RunEventKind.TakenUp, "", default, []));
    }

    private async Task<MachineOutcome> PerformPhases(CancellationToken cancellationToken)
    {
        var (first, step) = start.In(protocol);
        for (int i = first; i < protocol.Phases.Length; i++)
        {
            // Once everyone waits, only the end lets them go: from here the run is not cancelled any more.
            if (_flag <= 1 && !_released)
                cancellationToken.ThrowIfCancellationRequested();
            var phase = protocol.Phases[i];
            using var span = telemetry.Phase(phase.Name);
            var outcome = phase.Role == Role.BootCpu ? await BootCpu(phase, i == first ? step : 0) : await Secondaries(phase);
            if (outcome != MachineOutcome.Online)
                return outcome;
        }

        return MachineOutcome.Online;
    }

    private async Task<MachineOutcome> Secondaries(Phase phase)
    {
        Progress = new($"{protocol.Name}: {phase.Name}", 0, _secondaries.Count);
        var command = Command(phase, phase.Steps);
        var answers = await domain.Ask(_secondaries, cpu => cpu.Perform(command, CancellationToken.None));
        _stopped = time.GetUtcNow().Ticks;
        await Collect(answers.Given);
        if (phase.Steps.Contains(CountIn.Instance))
            _flag += answers.Given.Count(a => !a.Stale && a.State == CpuRunState.Parked);
        telemetry.Parked(_released ? 0 : Math.Max(0, _flag - 1));
        if (answers.Silent.Count == 0)
        {
            await Look($"{phase.Name} by the secondaries");
            return MachineOutcome.Online;
        }

        var property = _released ? Property.ReleaseTimeout : Property.RendezvousTimeout;
        _findings.Report(property, answers.Silent, $"did not answer \"{phase.Name}\" of epoch {_epoch}");
        return _released ? MachineOutcome.ReleaseTimeout : MachineOutcome.RendezvousTimeout;
    }

    private async Task<MachineOutcome> BootCpu(Phase phase, int first)
    {
        foreach (var step in phase.Steps.Skip(first))
        {
            long began = time.GetUtcNow().Ticks;
            var outcome = step switch
            {
                SplitToPages split => await Split(split, phase),
                AwaitAll => AwaitRendezvous(step),
                Dsb { Kind: DsbKind.Ish } => await CompleteTlbi(step, phase),
                _ => await Local(step, phase),
            };
            if (_request.Trace && step is not SplitToPages)
                _findings.Trace.Add(new(0, step.Text, phase.Name, began, Math.Max(1, time.GetUtcNow().Ticks - began)));
            if (outcome != MachineOutcome.Online)
                return outcome;
            if (step is not SplitToPages)
                await Look(step.Text);
        }

        return MachineOutcome.Online;
    }

    private MachineOutcome AwaitRendezvous(Step step)
    {
        Record(step);
        // Every secondary has answered, and an answer is a count: a count that is short is a CPU that did not park.
        if (_flag == _request.Cpus.Length)
            return MachineOutcome.Online;
        _findings.Report(Property.RendezvousTimeout, [], $"{_flag} of {_request.Cpus.Length} CPUs have counted in");
        return MachineOutcome.RendezvousTimeout;
    }

    // Many descriptor stores; after each part the others get to look.
    private async Task<MachineOutcome> Split(SplitToPages step, Phase phase)
    {
        if (journal.Record.Phase != RunPhase.Changing)
            await journal.EnterAsync(RunPhase.Changing);
        ulong next = 0;
        for (int part = 0; ; part++)
        {
            long began = time.GetUtcNow().Ticks;
            // One block alone first: that is where a race begins.
            long budget = _request.Quiet ? long.MaxValue : part == 0 ? 1 : Math.Max(1, _request.ExpectedBlocks / Math.Max(1, options.WindowsPerRange));
            var command = new SplitCommand(_epoch, ++_splits, (int)step.Range, next, budget);
            var answer = await _patience.Ask(() => tables.Split(command, CancellationToken.None));
            if (answer.Stale)
                throw new OrleansException($"epoch {_epoch} is over: another activation has taken the run up");
            (CurrentVersion, next, _blocks) = (answer.Version, answer.Next, answer.TotalBlocks);
            _changes.Add(new(CurrentVersion, step.Text));
            _findings.Record(_request.Record, new(0, RunEventKind.Published, step.Text, new(answer.Next), []));
            Progress = new($"{protocol.Name}: {phase.Name}", _blocks, _request.ExpectedBlocks);
            if (_request.Trace)
                _findings.Trace.Add(new(0, $"{step} ({answer.Blocks} block{(answer.Blocks == 1 ? "" : "s")})", phase.Name, began, Math.Max(1, time.GetUtcNow().Ticks - began)));
            if (answer.OutOfMemory)
            {
                _findings.Report(Property.KernelPanic, [], "Kernel panic - not syncing: Failed to split linear map");
                return MachineOutcome.Panic;
            }

            // A range that an earlier activation has split is nothing new to see.
            if (answer.Blocks > 0 || (answer.Done && start.IsWhole))
                await Look(step.Text);
            if (answer.Done)
                return MachineOutcome.Online;
        }
    }

    // A DSB completes after every TLBI before it: what CPU 0 holds after it is what they have left.
    private async Task<MachineOutcome> CompleteTlbi(Step step, Phase phase)
    {
        var silent = _tlbi is { } pending ? await pending : [];
        _tlbi = null;
        if (silent.Count == 0)
            return await Local(step, phase);
        _findings.Report(Property.TlbiTimeout, silent, "did not finish a broadcast TLBI");
        return MachineOutcome.TlbiTimeout;
    }

    private async Task<MachineOutcome> Local(Step step, Phase phase)
    {
        switch (step)
        {
            case RaiseFlag:
                Record(step);
                _flag = 1;
                return MachineOutcome.Online;
            case ClearFlag:
                Record(step);
                _released = true;
                await journal.EnterAsync(RunPhase.Released);
                return MachineOutcome.Online;
            case Tlbi { Operation.Broadcast: true } tlbi:
                Record(step);
                // Not awaited: a TLBI is complete at the issuer's DSB and not before.
                _tlbi = domain.Broadcast(_request.Cpus, [tlbi.Operation], _epoch, ++_windows);
                return MachineOutcome.Online;
            case Dsb:
                _ordered = CurrentVersion;
                break;
        }

        // Its trace is written here, where the time that a DSB waits for others is known.
        var command = Command(phase, [step]) with { Trace = false };
        var answers = await domain.Ask([_request.Cpus[0]], cpu => cpu.Perform(command, CancellationToken.None));
        await Collect(answers.Given);
        if (answers.Silent.Count == 0)
            return MachineOutcome.Online;
        _findings.Report(Property.RendezvousTimeout, answers.Silent, $"did not perform \"{step}\"");
        return MachineOutcome.RendezvousTimeout;
    }

    // A window for everyone who may see the tables.
    private async Task Look(string after)
    {
        if (_plan.Victims.Length == 0)
            return;
        var window = Window(after);
        var answers = await domain.Ask([.. _findings.Watchers], cpu => cpu.Speculate(_epoch, window, CancellationToken.None));
        await Collect(answers.Given);
    }

    // Nobody is released on half an answer: the epoch is closed, and with it every late message of it.
    private async Task GiveUp(MachineOutcome outcome)
    {
        await journal.GiveUpAsync(journal.Record.Phase == RunPhase.Changing ? RunPhase.Halted : RunPhase.Abandoned, outcome);
        await EndForAll(outcome);
    }

    // A panicked kernel does not let anyone run again, and where tables or TLBs are between two states nobody may.
    private async Task EndForAll(MachineOutcome outcome)
    {
        if (outcome == MachineOutcome.Panic || journal.Record.Phase == RunPhase.Halted)
            await domain.Ask(_secondaries, cpu => cpu.Die(CancellationToken.None));
        else
            await domain.Ask(_secondaries, cpu => cpu.Abandon(_epoch, CancellationToken.None));
    }

    private StopMachineReport Report(MachineOutcome outcome)
    {
        long ticks = Math.Max(0, (_stopped == 0 ? time.GetUtcNow().Ticks : _stopped) - _began);
        var repaint = new RepaintReport(Math.Max(0, _flag - 1), _blocks, ticks / TimeSpan.TicksPerMicrosecond, protocol.StopsMachine, _epoch)
        {
            TakenUp = journal.Record.TakenUp,
            Reborn = [.. _findings.Reborn],
        };
        return new(outcome, repaint, CurrentVersion, [.. _findings.Violations], [.. _findings.Trace]) { Recorded = [.. _findings.Recorded] };
    }

    private WindowMessage Window(string after) =>
        new(++_windows, after, _ordered, CurrentVersion, _plan) { Changes = [.. _changes], Record = _request.Record };

    private PhaseCommand Command(Phase phase, ImmutableArray<Step> steps)
    {
        var wayBack = protocol.Phases.LastOrDefault(p => p.Role == Role.Secondaries)?.Steps ?? [];
        return new(_epoch, ++_sequence, phase.Name, steps.ToTexts(), Window($"{phase.Name} began"), wayBack.ToTexts(), _request.Trace);
    }

    // A step that the coordinator performs for CPU 0.
    private void Record(Step step) => _findings.Record(_request.Record, new(0, RunEventKind.Step, step.Text, default, []));

    // What was found, and every event of a recording, is written down before anything follows from it.
    private async Task Collect(IReadOnlyList<CpuAnswer> answers)
    {
        if (_findings.Collect(answers))
            await journal.SaveAsync();
    }
}
