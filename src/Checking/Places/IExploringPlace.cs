using Orleans.Mmu.Exploration.Search;

namespace Orleans.Mmu.Checking.Places;

/// <summary>Where a system's states live while it is explored. What is found is the same everywhere.</summary>
public interface IExploringPlace
{
    /// <param name="name">What the system is made from.</param>
    Task<Exploration<TState>> ExploreAsync<TState, TSystem>(
        ExploredSystem name, TSystem system, ExplorerOptions options, CancellationToken cancellationToken)
        where TState : unmanaged, IEquatable<TState>
        where TSystem : ITransitionSystem<TState>;
}

/// <summary>In this process, on the caller's thread and others: what is returned is complete.</summary>
public sealed class ExploringHere : IExploringPlace
{
    public static ExploringHere Instance { get; } = new();

    public Task<Exploration<TState>> ExploreAsync<TState, TSystem>(
        ExploredSystem name, TSystem system, ExplorerOptions options, CancellationToken cancellationToken)
        where TState : unmanaged, IEquatable<TState>
        where TSystem : ITransitionSystem<TState> =>
        Task.FromResult(Explorer.Explore<TState, TSystem>(system, options, cancellationToken));
}
