using System.Collections.Immutable;
using Orleans.Mmu.Linux.Costs;
using Orleans.Mmu.Speculation.Adversary;

namespace Orleans.Mmu.Coordination.Runs;

/// <summary>A moment for the adversary: versions of the tables, where a CPU has the tables themselves.</summary>
/// <param name="Ordinal">Numbers the windows and TLBIs of an epoch, from 1.</param>
/// <param name="After">The text of the last step performed.</param>
/// <param name="OrderedVersion">No walk finds tables that are older.</param>
/// <param name="CurrentVersion">The newest tables.</param>
/// <param name="Changes">Which step of CPU 0 published which version.</param>
/// <param name="Plan">What the adversary aims at; null where no CPU speculates.</param>
/// <param name="IsRecorded">The CPU records what it does.</param>
public sealed record RunWindow(
    long Ordinal, string After, long OrderedVersion, long CurrentVersion, ImmutableArray<PublishingStep> Changes,
    SpeculationPlan? Plan, bool IsRecorded)
{
    /// <summary>Model time since the run began.</summary>
    public ModelTime Began { get; init; }

    /// <summary>The CPU says which of its walks the run's timeline shows.</summary>
    public bool IsTraced { get; init; }
}
