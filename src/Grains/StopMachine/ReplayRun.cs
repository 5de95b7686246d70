using Orleans.Mmu.Arm.Barriers;
using Orleans.Mmu.Grains.Domain;
using Orleans.Mmu.Interfaces.Cpus;
using Orleans.Mmu.Interfaces.Plans;
using Orleans.Mmu.Interfaces.Reports;
using Orleans.Mmu.Interfaces.StopMachine;
using Orleans.Mmu.Interfaces.Tables;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.Protocols;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Grains.StopMachine;

/// <summary>
/// Performs a counterexample over CPU grains, one event after another: this CPU this step, then that store, then that
/// walk, and nobody does anything else.
/// </summary>
internal sealed class ReplayRun(
    InnerShareableDomain domain, IPageTableGrain tables, RunJournal journal, bool wasInterrupted, TimeProvider time)
{
    private readonly StopMachineRequest _request = journal.Record.Request!;
    private readonly long _epoch = journal.Record.Epoch;
    private readonly List<ViolationReport> _violations = [];
    private readonly List<TraceEvent> _trace = [];
    private readonly List<KeyValuePair<long, string>> _changes = [];
    private Task<IReadOnlyList<int>>? _tlbi;
    private long _version = journal.Record.Request!.Version;
    private long _windows;
    private int _sequence;
    private int _splits;
    private long _blocks;
    private int _parked;
    private bool _broken;
    private bool _interrupted = wasInterrupted;

    public BootProgress Progress { get; private set; } = new("replays", 0, 0);

    public async Task<StopMachineReport> Perform(CancellationToken cancellationToken)
    {
        long began = time.GetTimestamp();
        for (int i = 0; i < _request.Replay.Length && !_broken && !_interrupted; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Progress = new("replays", i, _request.Replay.Length);
            var happened = _request.Replay[i];
            _trace.Add(new(happened.Cpu, happened.Text, "replay", time.GetUtcNow().Ticks, 1));
            await Perform(happened);
        }

        // Wherever the story ends, nobody is left waiting in it.
        await journal.EnterAsync(RunPhase.Abandoned);
        await domain.Ask([.. _request.Cpus.Skip(1)], cpu => cpu.Abandon(_epoch, CancellationToken.None));
        var report = new RepaintReport(
            _parked, _blocks, (long)time.GetElapsedTime(began).TotalMicroseconds, _parked > 0, _epoch);
        return new(_interrupted ? MachineOutcome.Interrupted
            : MachineOutcome.Replayed, report, _version, [.. _violations], [.. _trace]);
    }

    private async Task Perform(ReplayEvent happened)
    {
        if (happened.Split is { } range)
            await Split((RepaintRange)range, happened.Text);
        else if (happened.Walk is { } va)
            await Walk(happened.Cpu, va);
        else if (happened.Step is { } text && Step.TryParse(text, out var step))
            await Perform(happened.Cpu, step!);
    }

    // The store that links the table; what fills it comes before it in the page-table grain's turn.
    private async Task Split(RepaintRange range, string text)
    {
        var answer = await tables.Split(new(_epoch, ++_splits, (int)range, 0, long.MaxValue), CancellationToken.None);
        _version = answer.Version;
        _blocks += answer.Blocks;
        _changes.Add(new(_version, text));
    }

    private async Task Walk(int cpu, ulong va)
    {
        var window = Window("a walk of the counterexample", new(0, [va], cpu));
        Collect(await domain.Ask([cpu], c => c.Speculate(_epoch, window, CancellationToken.None)), "a walk");
    }

    private async Task Perform(int cpu, Step step)
    {
        // A replayed split links its tables when its store is performed, so its other stores and DMBs say nothing here.
        if (step is WriteEntries or Dmb or AllocatorLock or Stopped)
            return;
        switch (RunActions.Of(step))
        {
            case RunAction.RaiseFlag or RunAction.AwaitAll:
                return;
            case RunAction.ClearFlag:
                await journal.EnterAsync(RunPhase.Released);
                return;
            case RunAction.Broadcast:
                _tlbi = domain.Broadcast(_request.Cpus, [((Tlbi)step).Operation], _epoch, ++_windows);
                return;
            // A counterexample names the stores of a split; a split itself is passed on as any step is.
            case RunAction.AskCpu or RunAction.Order or RunAction.Complete or RunAction.Split:
                break;
            default:
                throw new UnknownStepException(step, nameof(ReplayRun));
        }

        if (step is CountIn)
            _parked++;

        var command = new PhaseCommand(
            _epoch, ++_sequence, "replay", [step.Text], Window(step.Text, new(0, [], -1)), [], Trace: false);
        Collect(await domain.Ask([cpu], c => c.Perform(command, CancellationToken.None)), step.Text);
        if (step is not Dsb dsb || !dsb.Kind.Completes(broadcast: true) || _tlbi is not { } pending)
            return;
        _tlbi = null;
        foreach (int silent in await pending)
            Report(Property.TlbiTimeout, silent, "did not finish a broadcast TLBI");
    }

    // Whoever does not answer is no part of the story any more: that is said, and the story ends.
    private void Collect(Answers<CpuAnswer> answers, string what)
    {
        _violations.AddRange(answers.Given.SelectMany(a => a.Violations));
        // A CPU that has forgotten what it held is not the one that the story is about.
        _interrupted |= answers.Given.Any(a => a.Reborn);
        foreach (int silent in answers.Silent)
            Report(Property.RendezvousTimeout, silent, $"did not perform \"{what}\"");
    }

    private void Report(Property property, int cpu, string message)
    {
        _broken = true;
        _violations.Add(new(property.Name, cpu, null, $"CPU {cpu} {message}", [property.Sentence]));
    }

    private WindowMessage Window(string after, PlanMessage plan) => new(++_windows, after, _version, _version, plan)
    {
        Changes = [.. _changes],
    };
}
