namespace Orleans.Mmu.Checking;

/// <summary>Goes back from a state to the initial one, then forward again over states of the system itself.</summary>
internal sealed class PathFinder<TState, TSystem>(TSystem system, bool symmetry, Shard<TState, TSystem>[] shards)
    where TState : unmanaged, IEquatable<TState>
    where TSystem : ITransitionSystem<TState>
{
    private readonly SuccessorBuffer<TState> _successors = new();

    /// <summary>For each property violated, a shortest path; where several are, the one of the state named first.</summary>
    public List<Finding<TState>> Findings() =>
    [
        .. shards.SelectMany((s, i) => s.Found.Select(f => (f.Property, f.Depth, Name: Shard<TState, TSystem>.Name(i, f.State))))
            .GroupBy(f => f.Property)
            .Select(g => g.OrderBy(f => f.Depth).ThenBy(f => f.Name).First())
            .Select(f => To(f.Property, f.Name)),
    ];

    /// <summary>A shortest path to a state.</summary>
    public Finding<TState> To(int property, uint name)
    {
        var chain = new List<TState>();
        for (; name != uint.MaxValue; name = Origin(name))
            chain.Add(Table(name)[Index(name)]);
        chain.Reverse();
        var path = new List<PathStep<TState>>(chain.Count) { new(-1, system.Initial) };
        foreach (var next in chain.Skip(1))
            path.Add(Step(path[^1].State, next));
        return new(property, path);
    }

    private static int Index(uint name) => (int)(name >> Explorer.ShardBits);

    private StateTable<TState> Table(uint name) => shards[name & (Explorer.Shards - 1)].Table;

    private uint Origin(uint name) => Table(name).Origin(Index(name));

    // The stored state stands for its orbit: any concrete successor in that orbit will do.
    private PathStep<TState> Step(in TState from, in TState to)
    {
        _successors.Clear();
        system.Successors(from, _successors);
        for (int i = 0; i < _successors.Count; i++)
        {
            var successor = _successors.States[i];
            if ((symmetry ? system.Canonical(successor) : successor).Equals(to))
                return new(_successors.Labels[i], successor);
        }

        throw new InvalidOperationException("a stored state is no successor of its origin: the system's symmetry is none");
    }
}
