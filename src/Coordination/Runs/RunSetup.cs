using System.Collections.Immutable;
using Orleans.Mmu.Coordination.Journals;
using Orleans.Mmu.Linux.Costs;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Coordination.Runs;

/// <summary>What is fixed for one epoch of a run.</summary>
/// <param name="Protocol">What is performed.</param>
/// <param name="Cpus">The CPUs that are online, the boot CPU first.</param>
/// <param name="Head">The record by which this epoch claimed the run.</param>
/// <param name="Found">The phase that the record before it had; Idle where the run is new.</param>
/// <param name="FoundEpoch">The epoch of the record before it.</param>
/// <param name="Version">The version of the tables when the run was asked for.</param>
public sealed record RunSetup(
    Protocol Protocol, ImmutableArray<int> Cpus, RunHead Head, RunPhase Found, long FoundEpoch, long Version)
{
    /// <summary>Large leaves in the map, for the size of a part of a split.</summary>
    public long ExpectedBlocks { get; init; }

    /// <summary>Windows for the adversary inside each range of a split.</summary>
    public int WindowsPerRange { get; init; } = 1;

    /// <summary>No CPU speculates, so that nothing has to be split in parts either.</summary>
    public bool Quiet { get; init; }

    /// <summary>Bytes of a table.</summary>
    public required int PageSize { get; init; }

    /// <summary>Model time that earlier epochs of the run took, as far as this epoch does not repeat it.</summary>
    public ModelTime Elapsed { get; init; }

    /// <summary>Blocks that were split when the record before this epoch was written.</summary>
    public long Blocks { get; init; }

    /// <summary>The run's timeline is wanted.</summary>
    public bool IsTraced { get; init; }

    /// <summary>CPUs record what they do.</summary>
    public bool IsRecorded { get; init; }

    public long Epoch => Head.Stamp.Epoch;

    public int BootCpu => Cpus[0];

    public ImmutableArray<int> Secondaries => Cpus.RemoveAt(0);

    /// <summary>Nothing was changed yet: the run begins at its first phase.</summary>
    public bool IsWhole => Found is RunPhase.Idle or RunPhase.Gathering;

    /// <summary>The run has been given up; only that has to be finished.</summary>
    public bool IsGivenUp => Found is RunPhase.Abandoned or RunPhase.Halted;

    /// <summary>
    /// An earlier epoch may still have a coordinator: the tables' writer has to hear of this one before anything else.
    /// </summary>
    public bool MustClaimTables => Found != RunPhase.Idle || FoundEpoch > 0;

    /// <summary>
    /// The phase and the step to begin with. A run that is taken up never begins in the middle of the steps that change
    /// tables: a split of what is split does nothing, and a barrier or TLBI too many does no harm.
    /// </summary>
    public RunCursor Start
    {
        get
        {
            if (IsWhole)
                return default;
            var phases = Protocol.Phases;
            return Found == RunPhase.Released ? After(phases, ClearFlag.Instance) : FirstSplit(phases);
        }
    }

    private static RunCursor After(ImmutableArray<Phase> phases, Step step)
    {
        int phase = phases.IndexOf(phases.First(p => p.Steps.Contains(step)));
        return new(phase, phases[phase].Steps.IndexOf(step) + 1);
    }

    // A protocol without a split may have been given up, too; its run has nothing to go on with.
    private static RunCursor FirstSplit(ImmutableArray<Phase> phases)
    {
        int phase = phases.TakeWhile(p => !p.Steps.Any(IsSplit)).Count();
        return phase == phases.Length ? default
            : new(phase, phases[phase].Steps.IndexOf(phases[phase].Steps.First(IsSplit)));
    }

    private static bool IsSplit(Step step) => RunActions.Of(step) == RunAction.Split;
}

/// <summary>A place in a protocol: the number of a phase, and of a step in it, from 0.</summary>
public readonly record struct RunCursor(int Phase, int Step);
