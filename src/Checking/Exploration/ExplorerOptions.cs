namespace Orleans.Mmu.Checking;

/// <summary>How to explore.</summary>
public sealed record ExplorerOptions
{
    /// <summary>Look at one state of each orbit.</summary>
    public bool Symmetry { get; init; }

    /// <summary>Threads; the result is the same for any number.</summary>
    public int Workers { get; init; } = Math.Clamp(Environment.ProcessorCount, 1, Explorer.Shards);

    /// <summary>Bytes that states and their index may take.</summary>
    public long MemoryLimit { get; init; } = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4 * 3;

    /// <summary>Look for states from which no final state can be reached.</summary>
    public bool CheckLiveness { get; init; } = true;

    public IProgress<ExplorationProgress>? Progress { get; init; }
}

/// <summary>How far an exploration has come.</summary>
/// <param name="Frontier">States found whose successors are not yet known.</param>
/// <param name="Depth">Transitions from the initial state.</param>
public sealed record ExplorationProgress(long States, long Frontier, int Depth, double StatesPerSecond, long MemoryBytes);
