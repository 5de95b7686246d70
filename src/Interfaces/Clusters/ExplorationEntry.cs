using Orleans.Mmu.Interfaces.Machines;

namespace Orleans.Mmu.Interfaces.Clusters;

/// <summary>What the leader of an exploration tells the list of them.</summary>
/// <param name="Key">The exploration's; the rule for it is that for machines (<see cref="MachineKey"/>).</param>
/// <param name="System">The protocol or the reference system.</param>
/// <param name="Cpus">The CPUs of its machine; 0 for any number of them.</param>
/// <param name="States">The states that are known so far.</param>
/// <param name="Property">The violated property; null for none.</param>
[GenerateSerializer, Immutable, Alias("mmu.ExplorationReport")]
public sealed record ExplorationReport(
    [property: Id(0)] string Key, [property: Id(1)] string System, [property: Id(2)] int Cpus,
    [property: Id(3)] long States, [property: Id(4)] ExplorationState State, [property: Id(5)] string? Property);

/// <summary>What the list has of an exploration.</summary>
/// <param name="Told">What its leader told last.</param>
/// <param name="Began">When its leader told of it first, by the clock of the list's silo.</param>
/// <param name="Changed">When its leader told of it last, by the same clock.</param>
[GenerateSerializer, Immutable, Alias("mmu.ExplorationEntry")]
public sealed record ExplorationEntry(
    [property: Id(0)] ExplorationReport Told, [property: Id(1)] DateTimeOffset Began,
    [property: Id(2)] DateTimeOffset Changed)
{
    /// <summary>Whether the exploration goes on, as far as its leader has told.</summary>
    public bool IsOpen => Told.State == ExplorationState.Exploring;

    /// <summary>
    /// Whether a leader that tells every <see cref="ListedExploration.Period"/> has been silent for so long that it is
    /// probably lost.
    /// </summary>
    public bool IsSilent(DateTimeOffset now) => IsOpen && now - Changed > ListedExploration.Period * 15;
}

/// <summary>How far an exploration is, or how it ended.</summary>
[GenerateSerializer, Alias("mmu.ExplorationState")]
public enum ExplorationState
{
    /// <summary>States wait for their successors, or the end for a judgement.</summary>
    Exploring,

    /// <summary>No property is violated.</summary>
    Holds,

    /// <summary>A property is violated.</summary>
    Violated,

    /// <summary>Memory or time ran out.</summary>
    NotDecided,

    /// <summary>The leader stopped without a verdict: it was cancelled, or it failed.</summary>
    Abandoned,
}
