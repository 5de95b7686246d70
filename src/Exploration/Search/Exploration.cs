namespace Orleans.Mmu.Exploration.Search;

/// <summary>Why an exploration ended.</summary>
public enum ExplorationEnd
{
    /// <summary>Every state has been seen.</summary>
    Complete,

    /// <summary>The memory limit was reached: what was not found may still be there.</summary>
    MemoryLimit,
}

/// <summary>What an exploration saw.</summary>
/// <param name="States">Distinct states; orbits, where symmetry is used.</param>
/// <param name="Depth">Transitions to the farthest state.</param>
/// <param name="MemoryBytes">What states, index and buffers took.</param>
/// <param name="Findings">For each property that was violated a shortest way to it; shortest first.</param>
public sealed record Exploration<TState>(
    ExplorationEnd End, long States, long Transitions, int Depth, TimeSpan Elapsed, long MemoryBytes, IReadOnlyList<Finding<TState>> Findings)
    where TState : unmanaged, IEquatable<TState>;

/// <summary>A property that does not hold, and a shortest way to where it does not.</summary>
/// <param name="Path">From the initial state, whose label is −1; states of the system itself, not of orbits.</param>
public sealed record Finding<TState>(int Property, IReadOnlyList<PathStep<TState>> Path)
    where TState : unmanaged, IEquatable<TState>;

/// <summary>A transition and the state it leads to.</summary>
public readonly record struct PathStep<TState>(int Label, TState State)
    where TState : unmanaged, IEquatable<TState>;

/// <summary>Numbers of the properties that the explorer looks for by itself.</summary>
public static class ExplorerProperty
{
    /// <summary>A state that is not final and has no successor.</summary>
    public const int Deadlock = 62;

    /// <summary>A state from which neither a final state nor a deadlock can be reached: something can always be done, for ever.</summary>
    public const int Liveness = 63;
}
