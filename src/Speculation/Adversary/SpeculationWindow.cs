using System.Collections.Immutable;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Processors;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Arm.Walks;
using Orleans.Mmu.Linux.Costs;

namespace Orleans.Mmu.Speculation.Adversary;

/// <summary>A moment between two steps in which CPUs may speculate.</summary>
/// <param name="Ordinal">Numbers the windows of a run; records of walks refer to it.</param>
/// <param name="After">The text of the last step performed.</param>
/// <param name="Ordered">
/// The tables that the writer's last DSB has ordered: a walker may see this or any later version (R_SPVBD).
/// </param>
/// <param name="Current">The newest tables.</param>
public readonly record struct SpeculationWindow(
    long Ordinal, string After, TableSnapshot Ordered, TableSnapshot Current)
{
    /// <summary>The step of the writer that made each version, as far as known.</summary>
    public ImmutableArray<PublishingStep> Changes { get; init; } = [];

    /// <summary>
    /// Model time since the run began: when the window was opened, or the command given that it follows.
    /// </summary>
    public ModelTime Began { get; init; }

    /// <summary>Steps of the command that the CPU has performed; 0 in a window of no command.</summary>
    public int Step { get; init; }
}

/// <summary>A step of CPU 0 that published a version of the tables.</summary>
public readonly record struct PublishingStep(long Version, string Step);

/// <summary>One speculative walk, kept to explain the entries that it brought.</summary>
/// <param name="Window">The window's ordinal.</param>
/// <param name="After">The step before that window.</param>
/// <param name="Version">The version of the tables that it read.</param>
/// <param name="Root">The TTBR value that it started from.</param>
/// <param name="Steps">The descriptors that it read, root to leaf.</param>
internal sealed record RememberedWalk(
    VirtualAddress Address, long Window, string After, long Version, Ttbr Root, IReadOnlyList<WalkRead> Steps)
{
    /// <summary>The level of the cached table entry that it started from; null for a walk from the root.</summary>
    public Level? Below { get; init; }

    /// <summary>As in the walk's <see cref="SpeculationWindow"/>.</summary>
    public ModelTime Began { get; init; }

    /// <summary>As in the walk's <see cref="SpeculationWindow"/>.</summary>
    public int Step { get; init; }
}
