using System.Collections.Immutable;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Coordination.Journals;
using Orleans.Mmu.Linux.Protocols;
using Orleans.Mmu.Speculation.Recording;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Coordination.Runs;

/// <summary>
/// A coordinator that performs a protocol: each phase is a fan-out to its role, and after each of the boot CPU's steps
/// the adversary has a window. It decides nothing about tables or TLBs: those are the page-table grain's and the CPUs'.
/// </summary>
public sealed partial record ProtocolRunState : RunState
{
    private ProtocolRunState(RunSetup setup, ImmutableArray<Violation> found)
        : base(setup, found)
    {
        Cursor = setup.Start;
        // Every CPU had counted in before the flag was cleared.
        bool isReleased = setup.Found == RunPhase.Released;
        Flag = new(setup.Cpus.Length, isReleased ? setup.Cpus.Length : 0, isReleased);
        Progress = new($"{setup.Protocol.Name}: begins", 0, 0);
    }

    public RunFlag Flag { get; private init; }

    public override int Parked => Flag.Secondaries;

    public override int Waiting => Flag.Waiting;

    public override ImmutableArray<int> WaitingCpus => Flag.IsClear ? [] : CountedIn;

    public override bool CanCancel =>
        Outcome is null && Phase == RunPhase.Gathering && Flag is { Waiting: 0, IsClear: false };

    public override string? PhaseName => IsPrepared && Outcome is null ? Current?.Name : null;

    // The step that the coordinator has reached.
    private RunCursor Cursor { get; init; }

    // The part of a split that comes next: its first address, 0 for the range's start, and its number from 0.
    private (VirtualAddress From, int Number) Part { get; init; }

    // The secondaries that the flag has counted, by number.
    private ImmutableArray<int> CountedIn { get; init; } = [];

    // A broadcast TLBI that no DSB has completed yet.
    private bool HasTlbi { get; init; }

    // The orders before the first step have been given.
    private bool IsPrepared { get; init; }

    private bool CountsIn => Setup.Protocol.Phases.Any(p => p.Steps.Contains(CountIn.Instance));

    private Phase? Current => Cursor.Phase < Setup.Protocol.Phases.Length ? Setup.Protocol.Phases[Cursor.Phase] : null;

    /// <summary>The coordinator at the beginning of its epoch.</summary>
    /// <param name="found">What earlier epochs of the run have found.</param>
    /// <param name="failed">How a run that was given up failed.</param>
    public static RunState Begin(RunSetup setup, ImmutableArray<Violation> found, RunOutcome failed)
    {
        RunState state = new ProtocolRunState(setup, found);
        if (setup.IsGivenUp)
            return (state with { Outcome = failed }).OrderEnd(failed);
        if (setup.MustClaimTables)
            state = state.Order(new RunOrder.ClaimTables());
        if (setup.Found == RunPhase.Gathering)
            state = state.Order(new RunOrder.Abandon(setup.Secondaries, setup.FoundEpoch));
        if (!setup.Quiet)
            state = state.Order(new RunOrder.PlanSpeculation());
        return state.Continue();
    }

    internal override RunState Advance()
    {
        if (!IsPrepared)
            return Prepare();
        if (Current is not { } phase)
            return this with { Outcome = RunOutcome.Completed };
        if (phase.Role == Role.Secondaries)
            return OrderSecondaries(phase);
        return Cursor.Step < phase.Steps.Length ? OrderTurn(phase) : this with { Cursor = new(Cursor.Phase + 1, 0) };
    }

    internal override RunState Took(RunOrder order, RunResult result) => (order, result) switch
    {
        (RunOrder.PlanSpeculation, RunResult.Planned planned) =>
            this with { Windows = Windows with { Plan = planned.Plan } },
        (RunOrder.ClaimTables, RunResult.Claimed claimed) => TookClaim(claimed.Version),
        (RunOrder.Perform perform, RunResult.Answers answers) => TookAnswers(perform, answers),
        (RunOrder.Split split, RunResult.Split part) => TookParts(split, part),
        // A CPU that does not answer is not waited for: it is asked to stop next, or reads the flag by itself.
        (RunOrder.Confirm or RunOrder.Look or RunOrder.Abandon, RunResult.Answers) => this,
        (RunOrder.Enter or RunOrder.Save or RunOrder.SendTlbi or RunOrder.Die, RunResult.Done) => this,
        _ => throw Unexpected(order, result),
    };

    private ProtocolRunState TookClaim(long version)
    {
        var state = this with { Windows = Windows.BeginAt(version) };
        // It is not known which barriers were performed; no walk finds what may be older than they.
        return Setup.IsWhole ? state : (ProtocolRunState)state.Note(
            new(Setup.BootCpu, "", "", Path.Done, Path.Done,
                new(Setup.BootCpu, RunEventKind.TakenUp, "", default, [])));
    }

    // A run that is taken up while the tables change parks its CPUs again, in its own epoch, and counts their answers:
    // whatever an earlier coordinator believed of them is not known here.
    private RunState Prepare()
    {
        var state = this with { IsPrepared = true };
        if (Setup.IsWhole)
            return (CountsIn ? state.Order(new RunOrder.Confirm(Setup.Secondaries)) : state)
                .OrderLook("the map was painted");
        if (Setup.Found != RunPhase.Changing)
            return state;
        state = state with { Flag = Flag.Raise() };
        // A protocol may change tables before it parks: its secondaries have nothing to be parked for yet.
        return Setup.Protocol.Parks is { } parks && Setup.Protocol.Phases.IndexOf(parks) < Cursor.Phase
            ? state.OrderSecondaries(parks) : state;
    }

    private RunState TookAnswers(RunOrder.Perform order, RunResult.Answers answers)
    {
        if (!answers.SilentTlbi.IsEmpty)
        {
            return Report(Property.TlbiTimeout, answers.SilentTlbi, "did not finish a broadcast TLBI")
                .Fail(RunOutcome.TlbiTimeout);
        }

        return order.Cpus is [var cpu] && cpu == Setup.BootCpu ? TookTurn(order, answers)
            : TookSecondaries(order, answers);
    }
}
