namespace Orleans.Mmu.Exploration.Search;

/// <summary>Why an exploration ended.</summary>
public enum ExplorationEnd
{
    /// <summary>Every state was explored.</summary>
    Complete,

    /// <summary>The memory limit was reached: properties without a finding may still be violated.</summary>
    MemoryLimit,

    /// <summary>The time was over: properties without a finding may still be violated.</summary>
    TimeLimit,
}

/// <summary>The result of an exploration.</summary>
/// <param name="States">Distinct states; orbits, if symmetry is used.</param>
/// <param name="Depth">Transitions to the farthest state.</param>
/// <param name="MemoryBytes">Bytes of states, index and buffers.</param>
/// <param name="Findings">For each violated property a shortest path to a violation; shortest first.</param>
public sealed record Exploration<TState>(
    ExplorationEnd End, long States, long Transitions, int Depth, TimeSpan Elapsed, long MemoryBytes,
    IReadOnlyList<Finding<TState>> Findings)
    where TState : unmanaged, IEquatable<TState>;

/// <summary>A violated property and a shortest path to the violation.</summary>
/// <param name="Path">From the initial state, whose label is −1; states of the system itself, not of orbits.</param>
public sealed record Finding<TState>(int Property, IReadOnlyList<PathTransition<TState>> Path)
    where TState : unmanaged, IEquatable<TState>;

/// <summary>A transition and the state it leads to.</summary>
public readonly record struct PathTransition<TState>(int Label, TState State)
    where TState : unmanaged, IEquatable<TState>;

/// <summary>Numbers of the properties that the explorer checks by itself.</summary>
public static class ExplorerProperty
{
    /// <summary>A state that is not final and has no successor.</summary>
    public const int Deadlock = 62;

    /// <summary>
    /// A state from which neither a final state nor a deadlock can be reached: steps are always possible, but the
    /// system never ends.
    /// </summary>
    public const int Liveness = 63;
}
