using System.Collections.Immutable;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Coordination.Journals;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Coordination.Runs;

/// <summary>
/// What a coordinator does next. The family is closed: a driver performs each kind and hands the result, of the kind
/// that the order names, to <see cref="RunState.After"/>.
/// </summary>
public abstract record RunOrder
{
    private RunOrder()
    {
    }

    /// <summary>Ask CPUs to perform steps of a phase: <see cref="RunResult.Answers"/>.</summary>
    /// <param name="AfterTlbi">
    /// The steps begin with a DSB that completes the broadcast TLBI before it: wait for that first.
    /// </param>
    public sealed record Perform(
        ImmutableArray<int> Cpus, int Sequence, string Phase, ImmutableArray<Step> Steps, RunWindow Window,
        bool AfterTlbi) : RunOrder;

    /// <summary>Give CPUs that may see the tables a window: <see cref="RunResult.Answers"/>.</summary>
    public sealed record Look(ImmutableArray<int> Cpus, RunWindow Window) : RunOrder;

    /// <summary>
    /// Broadcast a TLBI and do not wait for it, since it is complete at the issuer's DSB and not before:
    /// <see cref="RunResult.Done"/>.
    /// </summary>
    public sealed record SendTlbi(TlbiOperation Operation, long Ordinal) : RunOrder;

    /// <summary>Have the tables' writer split a part of a range: <see cref="RunResult.Split"/>.</summary>
    /// <param name="Number">Counts the splits of an epoch, from 1.</param>
    /// <param name="From">The first address not yet visited; 0 for the range's start.</param>
    /// <param name="Budget">Blocks to replace at most.</param>
    public sealed record Split(SplitToPages Step, int Number, VirtualAddress From, long Budget) : RunOrder
    {
        public RepaintRange Range => Step.Range;

        /// <summary>
        /// The steps after this one that may be performed in the same call, each with the next number, where this one
        /// is done; empty where others get to look in between.
        /// </summary>
        public ImmutableArray<SplitToPages> Then { get; init; } = [];
    }

    /// <summary>Write the phase, and what was found so far, to the journal: <see cref="RunResult.Done"/>.</summary>
    /// <param name="Outcome">How a run that is given up failed; null otherwise.</param>
    public sealed record Enter(RunPhase Phase, RunOutcome? Outcome) : RunOrder;

    /// <summary>
    /// Write what was found to the journal, before anything follows from it: <see cref="RunResult.Done"/>.
    /// </summary>
    public sealed record Save : RunOrder;

    /// <summary>
    /// Each CPU makes sure that no newer activation of it exists, before the first one stops:
    /// <see cref="RunResult.Answers"/>. The journal has the epoch already, so that an activation which comes later is
    /// told that it waits; a CPU that has made sure in this epoch can therefore count in without another look.
    /// </summary>
    public sealed record Confirm(ImmutableArray<int> Cpus) : RunOrder;

    /// <summary>An epoch is given up; its CPUs that wait run again: <see cref="RunResult.Answers"/>.</summary>
    public sealed record Abandon(ImmutableArray<int> Cpus, long Epoch) : RunOrder;

    /// <summary>CPUs never run again: <see cref="RunResult.Done"/>.</summary>
    public sealed record Die(ImmutableArray<int> Cpus) : RunOrder;

    /// <summary>Have the tables' writer plan the adversary's aims: <see cref="RunResult.Planned"/>.</summary>
    public sealed record PlanSpeculation : RunOrder;

    /// <summary>
    /// Tell the tables' writer of this epoch, so that it refuses older ones: <see cref="RunResult.Claimed"/>.
    /// </summary>
    public sealed record ClaimTables : RunOrder;
}
