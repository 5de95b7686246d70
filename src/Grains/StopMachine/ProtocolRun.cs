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
    InnerShareableDomain domain, IPageTableGrain tables, Protocol protocol, StopMachineRequest request, long epoch,
    MmuOptions options, TimeProvider time, Func<RunPhase, Task> persist)
{
    private readonly List<ViolationReport> _violations = [];
    private readonly List<TraceEvent> _trace = [];
    private readonly List<RecordedEvent> _recorded = [];
    private readonly List<KeyValuePair<long, string>> _changes = [];
    private readonly IReadOnlyList<int> _secondaries = [.. request.Cpus.Skip(1)];
    // Who could walk the map when it was last heard of; whoever cannot, gains nothing from a window.
    private readonly SortedSet<int> _watchers = [.. request.Cpus];
    private PlanMessage _plan = new(0, [], -1);
    private Task<IReadOnlyList<int>>? _tlbi;
    private long _ordered = request.Version;
    private long _windows;
    private int _sequence;
    private int _splits;
    private int _flag;
    private long _blocks;
    private bool _released;

    /// <summary>The tables as they are.</summary>
    public long CurrentVersion { get; private set; } = request.Version;

    public BootProgress Progress { get; private set; } = new($"{protocol.Name}: begins", 0, 0);

    public async Task<StopMachineReport> Perform(CancellationToken cancellationToken)
    {
        long began = time.GetTimestamp();
        var outcome = MachineOutcome.Online;
        try
        {
            _plan = await tables.PlanSpeculation(unchecked((ulong)request.Seed), cancellationToken);
            await Look("the map was painted");
            began = time.GetTimestamp();
            foreach (var phase in protocol.Phases)
            {
                // Once everyone waits, only the end lets them go: from here the run is not cancelled any more.
                if (_flag <= 1 && !_released)
                    cancellationToken.ThrowIfCancellationRequested();
                outcome = phase.Role == Role.BootCpu ? await BootCpu(phase) : await Secondaries(phase);
                if (outcome != MachineOutcome.Online)
                    break;
            }
        }
        catch (OperationCanceledException)
        {
            outcome = MachineOutcome.Cancelled;
        }

        if (outcome is not MachineOutcome.Online and not MachineOutcome.ReleaseTimeout)
            await GiveUp(outcome);
        var repaint = new RepaintReport(
            Math.Max(0, _flag - 1), _blocks, (long)time.GetElapsedTime(began).TotalMicroseconds, protocol.StopsMachine, epoch);
        return new(outcome, repaint, CurrentVersion, [.. _violations], [.. _trace]) { Recorded = [.. _recorded] };
    }

    private async Task<MachineOutcome> Secondaries(Phase phase)
    {
        Progress = new($"{protocol.Name}: {phase.Name}", 0, _secondaries.Count);
        var command = Command(phase, phase.Steps);
        var answers = await domain.Ask(_secondaries, cpu => cpu.Perform(command, CancellationToken.None));
        Collect(answers.Given);
        if (phase.Steps.Contains(CountIn.Instance))
            _flag += answers.Given.Count(a => !a.Stale && a.State == CpuRunState.Parked);
        if (answers.Silent.Count == 0)
        {
            await Look($"{phase.Name} by the secondaries");
            return MachineOutcome.Online;
        }

        var property = _released ? Property.ReleaseTimeout : Property.RendezvousTimeout;
        Report(property, answers.Silent, $"did not answer \"{phase.Name}\" of epoch {epoch}");
        return _released ? MachineOutcome.ReleaseTimeout : MachineOutcome.RendezvousTimeout;
    }

    private async Task<MachineOutcome> BootCpu(Phase phase)
    {
        foreach (var step in phase.Steps)
        {
            long began = time.GetUtcNow().Ticks;
            var outcome = step switch
            {
                SplitToPages split => await Split(split, phase),
                AwaitAll => await AwaitRendezvous(step),
                Dsb { Kind: DsbKind.Ish } => await CompleteTlbi(step, phase),
                _ => await Local(step, phase),
            };
            if (request.Trace && step is not SplitToPages)
                _trace.Add(new(0, step.Text, phase.Name, began, Math.Max(1, time.GetUtcNow().Ticks - began)));
            if (outcome != MachineOutcome.Online)
                return outcome;
            if (step is not SplitToPages)
                await Look(step.Text);
        }

        return MachineOutcome.Online;
    }

    private async Task<MachineOutcome> AwaitRendezvous(Step step)
    {
        Record(step);
        // Every secondary has answered, and an answer is a count: a count that is short is a CPU that did not park.
        if (_flag != request.Cpus.Length)
        {
            Report(Property.RendezvousTimeout, [], $"{_flag} of {request.Cpus.Length} CPUs have counted in");
            return MachineOutcome.RendezvousTimeout;
        }

        await persist(RunPhase.Changing);
        return MachineOutcome.Online;
    }

    // A step that the coordinator performs for CPU 0.
    private void Record(Step step)
    {
        if (request.Record)
            _recorded.Add(RecordedEvent.Of(new(0, RunEventKind.Step, step.Text, default, [])));
    }

    // Many descriptor stores; after each part the others get to look.
    private async Task<MachineOutcome> Split(SplitToPages step, Phase phase)
    {
        ulong next = 0;
        for (int part = 0; ; part++)
        {
            long began = time.GetUtcNow().Ticks;
            // One block alone first: that is where a race begins.
            long budget = part == 0 ? 1 : Math.Max(1, request.ExpectedBlocks / Math.Max(1, options.WindowsPerRange));
            var answer = await tables.Split(new(epoch, ++_splits, (int)step.Range, next, budget), CancellationToken.None);
            (CurrentVersion, next) = (answer.Version, answer.Next);
            _changes.Add(new(CurrentVersion, step.Text));
            if (request.Record)
                _recorded.Add(new(0, (int)RunEventKind.Published, step.Text, answer.Next, []));
            _blocks += answer.Blocks;
            Progress = new($"{protocol.Name}: {phase.Name}", _blocks, request.ExpectedBlocks);
            if (request.Trace)
                _trace.Add(new(0, $"{step} ({answer.Blocks} block{(answer.Blocks == 1 ? "" : "s")})", phase.Name, began, Math.Max(1, time.GetUtcNow().Ticks - began)));
            if (answer.OutOfMemory)
            {
                Report(Property.KernelPanic, [], "Kernel panic - not syncing: Failed to split linear map");
                return MachineOutcome.Panic;
            }

            if (answer.Blocks > 0 || answer.Done)
                await Look(step.Text);
            if (answer.Done)
                return MachineOutcome.Online;
        }
    }

    private async Task<MachineOutcome> CompleteTlbi(Step step, Phase phase)
    {
        await Local(step, phase);
        var silent = _tlbi is { } pending ? await pending : [];
        _tlbi = null;
        if (silent.Count == 0)
            return MachineOutcome.Online;
        Report(Property.TlbiTimeout, silent, "did not finish a broadcast TLBI");
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
                await persist(RunPhase.Released);
                return MachineOutcome.Online;
            case Tlbi { Operation.Broadcast: true } tlbi:
                Record(step);
                // Not awaited: a TLBI is complete at the issuer's DSB and not before.
                _tlbi = domain.Broadcast(request.Cpus, [tlbi.Operation], epoch, ++_windows);
                return MachineOutcome.Online;
            case Dsb:
                _ordered = CurrentVersion;
                break;
        }

        // Its trace is written here, where the time that a DSB waits for others is known.
        var command = Command(phase, [step]) with { Trace = false };
        var answers = await domain.Ask([request.Cpus[0]], cpu => cpu.Perform(command, CancellationToken.None));
        Collect(answers.Given);
        if (answers.Silent.Count == 0)
            return MachineOutcome.Online;
        Report(Property.RendezvousTimeout, answers.Silent, $"did not perform \"{step}\"");
        return MachineOutcome.RendezvousTimeout;
    }

    // A window for everyone who may see the tables.
    private async Task Look(string after)
    {
        if (_plan.Victims.Length == 0)
            return;
        var window = Window(after);
        var answers = await domain.Ask([.. _watchers], cpu => cpu.Speculate(epoch, window, CancellationToken.None));
        Collect(answers.Given);
    }

    // Nobody is released on half an answer: the epoch is closed, and with it every late message of it.
    private async Task GiveUp(MachineOutcome outcome)
    {
        await persist(RunPhase.Abandoned);
        // A panicked kernel does not let anyone run again, and TLBs that may be stale must not be used.
        if (outcome is MachineOutcome.Panic or MachineOutcome.TlbiTimeout)
        {
            await domain.Ask(_secondaries, cpu => cpu.Die(CancellationToken.None));
            return;
        }

        await domain.Ask(_secondaries, cpu => cpu.Abandon(epoch, CancellationToken.None));
    }

    private WindowMessage Window(string after) =>
        new(++_windows, after, _ordered, CurrentVersion, _plan) { Changes = [.. _changes], Record = request.Record };

    private PhaseCommand Command(Phase phase, ImmutableArray<Step> steps)
    {
        var wayBack = protocol.Phases.LastOrDefault(p => p.Role == Role.Secondaries)?.Steps ?? [];
        return new(epoch, ++_sequence, phase.Name, steps.ToTexts(), Window($"{phase.Name} began"), wayBack.ToTexts(), request.Trace);
    }

    private void Collect(IReadOnlyList<CpuAnswer> answers)
    {
        foreach (var answer in answers)
        {
            _violations.AddRange(answer.Violations);
            _trace.AddRange(answer.Trace);
            _recorded.AddRange(answer.Recorded);
            if (answer.Stale)
                continue;
            if (answer.SeesMap)
                _watchers.Add(answer.Cpu);
            else
                _watchers.Remove(answer.Cpu);
        }
    }

    private void Report(Property property, IReadOnlyList<int> cpus, string message)
    {
        if (cpus.Count == 0)
            _violations.Add(new(property.Name, null, null, message, [property.Sentence]));
        foreach (int cpu in cpus)
            _violations.Add(new(property.Name, cpu, null, $"CPU {cpu} {message}", [property.Sentence]));
    }
}
