namespace Orleans.Mmu.Exploration.Search;

/// <summary>Options of an exploration.</summary>
public sealed record ExplorerOptions
{
    /// <summary>Whether to explore one state of each orbit only.</summary>
    public bool Symmetry { get; init; }

    /// <summary>Number of threads; the result is the same for any number.</summary>
    public int Workers { get; init; } = Math.Clamp(Environment.ProcessorCount, 1, Explorer.Shards);

    /// <summary>
    /// Bytes of states, their index and the buffers between threads; null for the default of the process that holds
    /// them.
    /// </summary>
    public long? MemoryLimit { get; init; }

    /// <summary>The default memory limit in bytes: three quarters of the memory available to this process.</summary>
    public static long UsualMemory => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4 * 3;

    /// <summary>
    /// Ends the exploration with what is known by then. It is not a cancellation: the result says so
    /// (<see cref="ExplorationEnd.TimeLimit"/>).
    /// </summary>
    public CancellationToken TimeIsOver { get; init; }

    /// <summary>Whether to look for states from which no final state can be reached.</summary>
    public bool CheckLiveness { get; init; } = true;

    /// <summary>Receives the progress about twice a second.</summary>
    public IProgress<ExplorationProgress>? Progress { get; init; }

    /// <summary>The clock for progress and elapsed time.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}

/// <summary>Progress of an exploration.</summary>
/// <param name="Frontier">States whose successors are not yet known; 0 once only liveness is left.</param>
/// <param name="Depth">Transitions from the initial state.</param>
public sealed record ExplorationProgress(
    long States, long Frontier, int Depth, double StatesPerSecond, long MemoryBytes);
