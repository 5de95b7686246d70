namespace Orleans.Mmu.Exploration.Search;

/// <summary>
/// Breadth-first search of all states of a transition system. Exact, and the same for any number of threads: the states
/// are dealt out to shards by their hash; each shard's part of a batch is expanded, then each shard takes in what is its
/// own, in a fixed order.
/// </summary>
/// <remarks>A search often takes less time than the runtime needs to notice which loops are hot, so these are compiled well at once.</remarks>
public static class Explorer
{
    internal const int ShardBits = 3;

    /// <summary>
    /// Parts of the state space, each with one thread at most. More than the threads, so that no thread waits long for
    /// another, and so that each part's index is small.
    /// </summary>
    internal const int Shards = 1 << ShardBits;

    /// <summary>Parts into which the state space falls where several processes share it: the same, so that the result is the same.</summary>
    public const int Partitions = Shards;

    /// <summary>Explores to the end, or to the memory limit.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static Exploration<TState> Explore<TState, TSystem>(TSystem system, ExplorerOptions options, CancellationToken cancellationToken)
        where TState : unmanaged, IEquatable<TState>
        where TSystem : ITransitionSystem<TState>
    {
        using var search = new BreadthFirstSearch<TState, TSystem>(system, options, cancellationToken);
        return search.Run();
    }
}
