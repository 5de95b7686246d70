using System.Collections.Immutable;
using Orleans.Mmu.Linux.Costs;

namespace Orleans.Mmu.Interfaces.Reports;

/// <summary>What a stop-machine run did.</summary>
/// <param name="Parked">CPUs that counted in, the boot CPU not among them.</param>
/// <param name="SplitBlocks">Block descriptors replaced by tables.</param>
/// <param name="Picoseconds">Model time from the protocol's first step to its last.</param>
/// <param name="Stopped">False for a protocol that stops no CPU.</param>
/// <param name="Epoch">The run's epoch.</param>
[GenerateSerializer, Immutable, Alias("mmu.RepaintReport")]
public sealed record RepaintReport(
    [property: Id(0)] int Parked,
    [property: Id(1)] long SplitBlocks,
    [property: Id(7)] long Picoseconds,
    [property: Id(3)] bool Stopped,
    [property: Id(4)] long Epoch)
{
    /// <summary>Model time from the protocol's first step to its last.</summary>
    public ModelTime Duration => new(Picoseconds);

    /// <summary>How often the run was taken up again because its silo was lost.</summary>
    [Id(5)]
    public int TakenUp { get; init; }

    /// <summary>
    /// CPUs whose silo was lost while it lasted: what they held in their TLBs, and what they saw there, went with it.
    /// </summary>
    [Id(6)]
    public ImmutableArray<int> Reborn { get; init; } = [];
}
