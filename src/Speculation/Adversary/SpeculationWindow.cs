using System.Collections.Immutable;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Processors;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Arm.Walks;

namespace Orleans.Mmu.Speculation.Adversary;

/// <summary>A moment between two steps in which CPUs may speculate.</summary>
/// <param name="Ordinal">Counts the windows of a run; names the walk in records.</param>
/// <param name="After">The step that was performed last, by its text.</param>
/// <param name="Ordered">
/// The tables that the writer's last DSB has ordered: a walker may still see any version since (R_SPVBD).
/// </param>
/// <param name="Current">The tables as they are.</param>
public readonly record struct SpeculationWindow(long Ordinal, string After, TableSnapshot Ordered, TableSnapshot Current)
{
    /// <summary>Which step of the writer made which version, as far as they are known.</summary>
    public ImmutableArray<TableChange> Changes { get; init; } = [];
}

/// <summary>A step of CPU 0 that published a version of the tables.</summary>
public readonly record struct TableChange(long Version, string Step);

/// <summary>One speculative walk, kept so that what it brought can be explained.</summary>
/// <param name="Window">In which window.</param>
/// <param name="After">The step before that window.</param>
/// <param name="Version">Of which tables.</param>
/// <param name="Root">From which TTBR value.</param>
/// <param name="Steps">What it read, root to leaf.</param>
public sealed record WalkRecord(VirtualAddress Address, long Window, string After, long Version, Ttbr Root, IReadOnlyList<WalkStep> Steps);
