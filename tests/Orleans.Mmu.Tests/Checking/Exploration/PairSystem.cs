using Orleans.Mmu.Exploration.Search;

namespace Orleans.Mmu.Tests.Checking.Exploration;

/// <summary>Two walkers on one graph, which may be exchanged. It is over when both have come to a final node.</summary>
internal sealed class PairSystem(GraphSystem graph) : ITransitionSystem<Node>
{
    public Node Initial => Pair(graph.Initial, graph.Initial);

    public void Successors(in Node state, SuccessorBuffer<Node> into)
    {
        var (first, second) = (First(state), Second(state));
        for (int i = 0; i < graph.Edges.Count; i++)
        {
            var (from, to) = graph.Edges[i];
            if (from == (int)first.Number)
                into.Add(Pair(new((ulong)to), second), 2 * i);
            if (from == (int)second.Number)
                into.Add(Pair(first, new((ulong)to)), (2 * i) + 1);
        }
    }

    public ulong Violations(in Node state) => graph.Violations(First(state)) | graph.Violations(Second(state));

    public bool IsFinal(in Node state) => graph.IsFinal(First(state)) && graph.IsFinal(Second(state));

    public Node Canonical(in Node state) =>
        First(state).Number <= Second(state).Number ? state : Pair(Second(state), First(state));

    /// <summary>Whether a path is one, step by step and without any exchange.</summary>
    public bool IsPath(IReadOnlyList<PathTransition<Node>> path)
    {
        foreach (var (from, to) in path.Zip(path.Skip(1)))
        {
            var successors = new SuccessorBuffer<Node>();
            Successors(from.State, successors);
            if (!successors.States.ToArray().Zip(successors.Labels.ToArray()).Contains((to.State, to.Label)))
                return false;
        }

        return path[0] == new PathTransition<Node>(-1, Initial);
    }

    /// <summary>
    /// How many states there are up to the exchange, and whether from each one an end of any kind can be reached.
    /// </summary>
    public (int Orbits, bool Ends) Survey()
    {
        var seen = new HashSet<Node> { Initial };
        var edges = new List<(Node From, Node To)>();
        var ends = new HashSet<Node>();
        for (var open = new Stack<Node>(seen); open.TryPop(out var state);)
        {
            var successors = new SuccessorBuffer<Node>();
            Successors(state, successors);
            if (successors.Count == 0 || IsFinal(state))
                ends.Add(state);
            foreach (var next in successors.States)
            {
                edges.Add((state, next));
                if (seen.Add(next))
                    open.Push(next);
            }
        }

        for (int before = -1; before != ends.Count;)
        {
            before = ends.Count;
            ends.UnionWith(edges.Where(e => ends.Contains(e.To)).Select(e => e.From).ToList());
        }

        return (seen.Select(s => Canonical(s)).Distinct().Count(), ends.Count == seen.Count);
    }

    private static Node Pair(Node first, Node second) => new((first.Number << 32) | second.Number);

    private static Node First(in Node state) => new(state.Number >> 32);

    private static Node Second(in Node state) => new((uint)state.Number);
}
