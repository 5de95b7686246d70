namespace Orleans.Mmu.Exploration.Search;

/// <summary>How to explore.</summary>
public sealed record ExplorerOptions
{
    /// <summary>Look at one state of each orbit.</summary>
    public bool Symmetry { get; init; }

    /// <summary>Threads; the result is the same for any number.</summary>
    public int Workers { get; init; } = Math.Clamp(Environment.ProcessorCount, 1, Explorer.Shards);

    /// <summary>Bytes that states, their index and the buffers between threads may take; null for the usual ones of whoever holds them.</summary>
    public long? MemoryLimit { get; init; }

    /// <summary>What may be taken where nothing is said: most of this machine's memory.</summary>
    public static long UsualMemory => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4 * 3;

    /// <summary>Look for states from which no final state can be reached.</summary>
    public bool CheckLiveness { get; init; } = true;

    /// <summary>Told about twice a second how far it has come.</summary>
    public IProgress<ExplorationProgress>? Progress { get; init; }

    /// <summary>What time it is, for progress and for how long it took.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}

/// <summary>How far an exploration has come.</summary>
/// <param name="Frontier">States found whose successors are not yet known; 0 once only liveness is left.</param>
/// <param name="Depth">Transitions from the initial state.</param>
public sealed record ExplorationProgress(long States, long Frontier, int Depth, double StatesPerSecond, long MemoryBytes);
