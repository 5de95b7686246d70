using Orleans.Mmu.Exploration.Search;

namespace Orleans.Mmu.Checking.Places;

/// <summary>Where a system's states live while it is explored. The result is the same in every place.</summary>
public interface IStateHost
{
    /// <param name="name">The parameters of the system.</param>
    Task<Exploration<TState>> ExploreAsync<TState, TSystem>(
        ExploredSystem name, TSystem system, ExplorerOptions options, CancellationToken cancellationToken)
        where TState : unmanaged, IEquatable<TState>
        where TSystem : ITransitionSystem<TState>;
}

/// <summary>
/// Explores in this process, on the caller's thread and others; the returned task is already complete.
/// </summary>
public sealed class InProcessStateHost : IStateHost
{
    public static InProcessStateHost Instance { get; } = new();

    public Task<Exploration<TState>> ExploreAsync<TState, TSystem>(
        ExploredSystem name, TSystem system, ExplorerOptions options, CancellationToken cancellationToken)
        where TState : unmanaged, IEquatable<TState>
        where TSystem : ITransitionSystem<TState> =>
        Task.FromResult(Explorer.Explore<TState, TSystem>(system, options, cancellationToken));
}
