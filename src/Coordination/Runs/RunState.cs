using System.Collections.Immutable;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Coordination.Journals;
using Orleans.Mmu.Linux.Costs;
using Orleans.Mmu.Linux.Protocols;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Coordination.Runs;

/// <summary>
/// A coordinator in the middle of a run, as a value: <see cref="Next"/> says what it does next, <see cref="After"/>
/// takes what came of that and returns the coordinator after it. A driver performs the orders over CPU grains; a test
/// performs them over a list.
/// </summary>
public abstract record RunState
{
    private protected RunState(RunSetup setup, ImmutableArray<Violation> found)
    {
        Setup = setup;
        Phase = setup.Head.Phase;
        Windows = new(setup.Version, setup.Version) { IsRecorded = setup.IsRecorded, IsTraced = setup.IsTraced };
        Path = new(setup.Cpus.Length, setup.PageSize);
        Blocks = setup.Blocks;
        Findings = new([.. setup.IsWhole ? setup.Cpus : [setup.BootCpu]]) { Violations = found };
    }

    public RunSetup Setup { get; }

    /// <summary>The phase that the journal will have once the orders so far are done.</summary>
    public RunPhase Phase { get; internal init; }

    public RunCommands Windows { get; internal init; }

    public RunFindings Findings { get; internal init; }

    /// <summary>Block descriptors that all epochs of this run have replaced by tables.</summary>
    public long Blocks { get; internal init; }

    /// <summary>What this epoch has done so far, as far as the machine waits for it.</summary>
    public ProtocolPath Path { get; internal init; }

    /// <summary>Model time since the run began.</summary>
    public ModelTime Elapsed => TimeOf(Path.Done);

    /// <summary>What the run came to; null while it lasts.</summary>
    public RunOutcome? Outcome { get; internal init; }

    /// <summary>What was done in the last transition.</summary>
    public ImmutableArray<RunMoment> Moments { get; internal init; } = [];

    /// <summary>How far the run is.</summary>
    public RunProgress Progress { get; internal init; }

    /// <summary>Secondaries that have counted in.</summary>
    public abstract int Parked { get; }

    /// <summary>Secondaries that have counted in and wait for the flag.</summary>
    public abstract int Waiting { get; }

    /// <summary>The numbers of these CPUs, in order.</summary>
    public abstract ImmutableArray<int> WaitingCpus { get; }

    /// <summary>The phase that is being performed; null before the first and after the last.</summary>
    public abstract string? PhaseName { get; }

    /// <summary>The run may be cancelled here: no CPU waits for a release, and nothing was changed.</summary>
    public abstract bool CanCancel { get; }

    /// <summary>What the coordinator does next; null once the run is over.</summary>
    public RunOrder? Next => Orders.IsEmpty ? null : Orders.Peek();

    internal ImmutableQueue<RunOrder> Orders { get; init; } = [];

    /// <summary>The number of splits ordered so far.</summary>
    internal int Splits { get; init; }

    /// <summary>Model time since the run began, of a moment of this epoch.</summary>
    /// <param name="path">The operations of this epoch on the way to it.</param>
    public ModelTime TimeOf(OperationCounts path) => Setup.Elapsed + PriceList.Usual.Time(path);

    /// <summary>The coordinator after <see cref="Next"/>.</summary>
    /// <exception cref="InvalidOperationException">The run is over.</exception>
    /// <exception cref="ArgumentException">The result is not of the kind that the order asks for.</exception>
    public RunState After(RunResult result)
    {
        var order = Next ?? throw new InvalidOperationException("the run is over");
        var state = this with { Orders = Orders.Dequeue(), Moments = [] };
        if (result is RunResult.Answers { Given: var given })
            state = state.Collect(given);
        return state.Took(order, result).Continue();
    }

    /// <summary>The coordinator gives the run up where it was asked to.</summary>
    /// <exception cref="InvalidOperationException">The run cannot be cancelled here.</exception>
    public RunState Cancel() => CanCancel
        ? (this with { Orders = [], Moments = [] }).Fail(RunOutcome.Cancelled)
        : throw new InvalidOperationException("the run cannot be cancelled any more");

    /// <summary>Takes the result of an order that is no longer in the queue.</summary>
    internal abstract RunState Took(RunOrder order, RunResult result);

    /// <summary>Says what comes next where the queue is empty; an outcome ends the run.</summary>
    internal abstract RunState Advance();

    internal RunState Continue()
    {
        var state = this;
        while (state.Orders.IsEmpty && state.Outcome is null)
            state = state.Advance();
        return state;
    }

    internal RunState Order(RunOrder order) => this with { Orders = Orders.Enqueue(order) };

    /// <summary>The order of a split's next part.</summary>
    /// <param name="then">Splits that follow in the same call.</param>
    internal RunState OrderSplit(
        SplitToPages step, VirtualAddress from, long budget, ImmutableArray<SplitToPages> then) =>
        (this with { Splits = Splits + 1 + then.Length })
            .Order(new RunOrder.Split(step, Splits + 1, from, budget) { Then = then });

    /// <summary>
    /// The order of a window for the CPUs that may see the tables. Where there is nothing to aim at, no CPU looks.
    /// </summary>
    internal RunState OrderLook(string after)
    {
        if (Windows.Plan is not { } plan)
            return this;
        var windows = Windows.Open(after, plan, Elapsed, out var window);
        return (this with { Windows = windows }).Order(new RunOrder.Look([.. Findings.Watchers], window));
    }

    /// <summary>
    /// The run has failed. It is given up before anything was changed, or halted between two states of the tables:
    /// then, and after a kernel panic, no CPU that waits runs again. No CPU is released on half an answer.
    /// </summary>
    internal RunState Fail(RunOutcome outcome)
    {
        var phase = Phase == RunPhase.Changing ? RunPhase.Halted : RunPhase.Abandoned;
        return (this with { Phase = phase, Outcome = outcome })
            .Order(new RunOrder.Enter(phase, outcome)).OrderEnd(outcome);
    }

    /// <summary>What becomes of the secondaries of a run that was given up.</summary>
    internal RunState OrderEnd(RunOutcome outcome) => Order(
        outcome == RunOutcome.Panic || Phase == RunPhase.Halted
            ? new RunOrder.Die(Setup.Secondaries)
            : new RunOrder.Abandon(Setup.Secondaries, Setup.Epoch));

    internal RunState Report(Property property, ImmutableArray<int> cpus, string message) =>
        this with { Findings = Findings.With(property, cpus, message) };

    internal RunState Note(RunMoment moment) => this with { Moments = Moments.Add(moment) };

    internal static ArgumentException Unexpected(RunOrder order, RunResult result) =>
        new($"{result.GetType().Name} is no result of {order.GetType().Name}", nameof(result));

    // What was found, and every event of a recording, is written before anything follows from it.
    private RunState Collect(ImmutableArray<CpuFacts> answers)
    {
        var findings = Findings.With(answers);
        bool isMore = findings.Violations.Length > Findings.Violations.Length || answers.Any(a => a.HasRecorded);
        var state = this with { Findings = findings };
        return isMore ? state.Order(new RunOrder.Save()) : state;
    }
}
