namespace Orleans.Mmu.Exploration.Search;

/// <summary>Turns a chain of stored states into a path over states of the system itself.</summary>
internal sealed class PathFinder<TState, TSystem>(TSystem system, bool symmetry)
    where TState : unmanaged, IEquatable<TState>
    where TSystem : ITransitionSystem<TState>
{
    private readonly SuccessorBuffer<TState> _successors = new();

    /// <summary>A path to the end of a chain.</summary>
    /// <param name="chain">Stored states, the end first, each followed by the one it was reached from.</param>
    public Finding<TState> Along(int property, IReadOnlyList<TState> chain)
    {
        var path = new List<PathTransition<TState>>(chain.Count) { new(-1, system.Initial) };
        for (int i = chain.Count - 2; i >= 0; i--)
            path.Add(Step(path[^1].State, chain[i]));
        return new(property, path);
    }

    // A stored state stands for its orbit, so any concrete successor in that orbit will do.
    private PathTransition<TState> Step(in TState from, in TState to)
    {
        _successors.Clear();
        system.Successors(from, _successors);
        for (int i = 0; i < _successors.Count; i++)
        {
            var successor = _successors.States[i];
            if ((symmetry ? system.Canonical(successor) : successor).Equals(to))
                return new(_successors.Labels[i], successor);
        }

        throw new InvalidOperationException(
            "a stored state is no successor of its origin: the system's symmetry is none");
    }
}
