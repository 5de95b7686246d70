namespace Orleans.Mmu.Exploration.Search;

/// <summary>
/// Breadth-first search of all states of a transition system. It is exact and gives the same result for any number of
/// threads: states are assigned to shards by their hash; each shard expands its part of a batch, then takes in the
/// states that belong to it, in a fixed order.
/// </summary>
/// <remarks>
/// A search often takes less time than tiered compilation needs to find the hot loops, so these are optimized at once.
/// </remarks>
public static class Explorer
{
    internal const int ShardBits = 3;

    /// <summary>
    /// Parts of the state space; at most one thread works on each. There are more shards than threads, so that no
    /// thread waits long for another and each index stays small.
    /// </summary>
    internal const int Shards = 1 << ShardBits;

    /// <summary>
    /// Parts of the state space that several processes share: as many as shards, so that the result is the same.
    /// </summary>
    public const int Partitions = Shards;

    /// <summary>Explores to the end, or to the memory limit.</summary>
    /// <exception cref="OperationCanceledException">The exploration was cancelled.</exception>
    public static Exploration<TState> Explore<TState, TSystem>(
        TSystem system, ExplorerOptions options, CancellationToken cancellationToken)
        where TState : unmanaged, IEquatable<TState>
        where TSystem : ITransitionSystem<TState>
    {
        using var search = new BreadthFirstSearch<TState, TSystem>(system, options, cancellationToken);
        return search.Run();
    }
}
