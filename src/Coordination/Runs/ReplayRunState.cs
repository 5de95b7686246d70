using System.Collections.Immutable;
using Orleans.Mmu.Coordination.Journals;
using Orleans.Mmu.Linux.Costs;
using Orleans.Mmu.Linux.Protocols;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Coordination.Runs;

/// <summary>
/// A coordinator that performs a counterexample, one event after another: this CPU this step, then that store, then
/// that walk, and no CPU does anything else.
/// </summary>
public sealed record ReplayRunState : RunState
{
    private readonly ImmutableArray<ReplayAction> _actions;

    private ReplayRunState(RunSetup setup, ImmutableArray<ReplayAction> actions)
        : base(setup, []) => (_actions, Progress) = (actions, new("replays", 0, actions.Length));

    public override bool CanCancel => Outcome is null;

    public override string? PhaseName => Outcome is null ? "replay" : null;

    public override int Parked => Counted;

    // A counterexample says which CPU does what, so that no CPU waits for another.
    public override int Waiting => 0;

    public override ImmutableArray<int> WaitingCpus => [];

    // The number of the action that is being performed, from 0; −1 before the first.
    private int At { get; init; } = -1;

    private int Counted { get; init; }

    // A CPU did not answer: the replay ends here.
    private bool IsBroken { get; init; }

    private bool HasTlbi { get; init; }

    // The other CPUs' paths, for the TLBIs that their DSBs have not completed yet.
    private ImmutableDictionary<int, StepPath> Others { get; init; } = ImmutableDictionary<int, StepPath>.Empty;

    // A CPU that has lost its TLB does not hold the entries that the counterexample needs.
    private bool IsInterrupted => Setup.Found != RunPhase.Idle || !Findings.Reborn.IsEmpty;

    /// <summary>The coordinator at the beginning of its epoch.</summary>
    public static RunState Begin(RunSetup setup, ImmutableArray<ReplayAction> actions) =>
        new ReplayRunState(setup, actions).Continue();

    internal override RunState Advance()
    {
        int next = At + 1;
        if (next == _actions.Length || IsBroken || IsInterrupted)
            return End();
        var action = _actions[next];
        var state = this with
        {
            At = next,
            Progress = new("replays", next, _actions.Length),
        };
        state = state.Timed(action);
        return action.Linked is { } range ? state.OrderSplit(SplitToPages.Of(range), default, long.MaxValue, [])
            : action.Walked is { } va ? state.OrderWalk(action.Cpu, new(0, [va], action.Cpu))
            : action.Step is { } step ? state.OrderStep(action.Cpu, step)
            : state;
    }

    internal override RunState Took(RunOrder order, RunResult result) => (order, result) switch
    {
        // The store that links the table; what fills it comes before it in the writer's turn.
        (RunOrder.Split, RunResult.Split split) => this with
        {
            Blocks = split.TotalBlocks,
            Windows = Windows.ChangedInOrder(split.Version, _actions[At].Text),
        },
        (RunOrder.Perform perform, RunResult.Answers answers) => TookAnswers(answers, perform.Steps[0].Text),
        (RunOrder.Look, RunResult.Answers answers) => TookAnswers(answers, "a walk"),
        (RunOrder.Abandon, RunResult.Answers) => this,
        (RunOrder.Enter or RunOrder.Save or RunOrder.SendTlbi or RunOrder.Die, RunResult.Done) => this,
        _ => throw Unexpected(order, result),
    };

    // One event after another, as the counterexample has them; a walk takes the CPU no time that it waits for.
    private ReplayRunState Timed(ReplayAction action)
    {
        bool isBoot = action.Cpu == Setup.BootCpu;
        var before = isBoot ? Path.Boot : Others.GetValueOrDefault(action.Cpu) with { Done = Path.Done };
        var after = action.Linked is not null ? before.AfterSplit(1, Setup.PageSize)
            : action.Step is { } step ? before.After(step, Setup.Cpus.Length - 1, turn: isBoot ? 0 : 1)
            : before;
        return this with
        {
            Path = Path with { Boot = isBoot ? after : Path.Boot with { Done = after.Done } },
            Others = isBoot ? Others : Others.SetItem(action.Cpu, after),
            Moments = Moments.Add(
                new(action.Cpu, action.Text, "replay", before.Done, after.Done, null)),
        };
    }

    // Wherever the replay ends, no CPU is left waiting in it.
    private RunState End()
    {
        var outcome = IsInterrupted ? RunOutcome.Interrupted : RunOutcome.Replayed;
        return (this with { Phase = RunPhase.Abandoned, Outcome = outcome })
            .Order(new RunOrder.Enter(RunPhase.Abandoned, outcome)).OrderEnd(outcome);
    }

    private RunState OrderWalk(int cpu, Speculation.Adversary.SpeculationPlan plan)
    {
        var windows = Windows.Open("a walk of the counterexample", plan, Elapsed, out var window);
        return (this with { Windows = windows }).Order(new RunOrder.Look([cpu], window));
    }

    private RunState OrderStep(int cpu, Step step)
    {
        if (!IsOrdered(step))
            return this;
        var action = RunActions.Of(step);
        switch (action)
        {
            case RunAction.RaiseFlag or RunAction.AwaitAll:
                return this;
            case RunAction.ClearFlag:
                return (this with { Phase = RunPhase.Released }).Order(new RunOrder.Enter(RunPhase.Released, null));
            case RunAction.Broadcast:
                var numbered = Windows.Number(out long ordinal);
                return (this with { Windows = numbered, HasTlbi = true })
                    .Order(new RunOrder.SendTlbi(((Tlbi)step).Operation, ordinal));
            // A counterexample names the stores of a split; a split itself is passed on as any step is. A CPU passes
            // over what no grain performs.
            case RunAction.AskCpu or RunAction.Order or RunAction.Complete or RunAction.Split or RunAction.None:
                break;
            default:
                throw new UnknownStepException(step, nameof(ReplayRunState));
        }

        bool isAfterTlbi = action == RunAction.Complete && HasTlbi;
        var windows = Windows.OpenCommand(step.Text, null, Elapsed, out var window, out int sequence);
        var state = this with
        {
            Windows = windows,
            HasTlbi = HasTlbi && !isAfterTlbi,
            Counted = Counted + (step is CountIn ? 1 : 0),
        };
        return state.Order(new RunOrder.Perform([cpu], sequence, "replay", [step], window, isAfterTlbi));
    }

    // A replayed split links its tables when its store is performed, so its other stores and its DMBs order nothing of
    // a CPU; on grains there is neither a lock, nor a word beside the flag, nor a stopper.
    private static bool IsOrdered(Step step) => step switch
    {
        WriteEntries or Dmb or AllocatorLock or TableLock or SkipUnless or Stopped => false,
        SetWord or AddToWord or AwaitWord or SkipUnlessWord or AccessPage => false,
        SendIpi or MaskInterrupts => false,
        WriteTtbr0 or WriteTtbr1 or SetT0sz or SetWalks or Isb or Dsb or Tlbi or TlbiRange => true,
        EnterIdmap or LeaveIdmap or TouchStack or RaiseFlag or CountIn or AwaitAll or ClearFlag or AwaitRelease => true,
        SplitToPages or FreeTable => true,
        _ => throw new UnknownStepException(step, nameof(ReplayRunState)),
    };

    private RunState TookAnswers(RunResult.Answers answers, string what)
    {
        RunState state = this with { IsBroken = !answers.Silent.IsEmpty || !answers.SilentTlbi.IsEmpty };
        if (!answers.SilentTlbi.IsEmpty)
            state = state.Report(Property.TlbiTimeout, answers.SilentTlbi, "did not finish a broadcast TLBI");
        return answers.Silent.IsEmpty ? state
            : state.Report(Property.RendezvousTimeout, answers.Silent, $"did not perform \"{what}\"");
    }
}
