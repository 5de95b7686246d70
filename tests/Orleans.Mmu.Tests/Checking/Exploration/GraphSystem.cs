using CsCheck;
using Orleans.Mmu.Exploration.Search;

namespace Orleans.Mmu.Tests.Checking.Exploration;

/// <summary>A node of a graph written by hand.</summary>
public readonly record struct Node(ulong Number);

/// <summary>A graph as a transition system: a label is the number of an edge among all edges.</summary>
internal sealed class GraphSystem(
    int nodes, (int From, int To)[] edges, int[] final, params (int Node, int Property)[] violations)
    : ITransitionSystem<Node>
{
    /// <summary>Small graphs of every kind: with cycles, with dead ends, with parts that cannot be reached.</summary>
    public static Gen<GraphSystem> Any { get; } =
        from nodes in Gen.Int[1, 30]
        from edges in Gen.Select(Gen.Int[0, nodes - 1], Gen.Int[0, nodes - 1]).Array[0, 2 * nodes]
        from final in Gen.Int[0, nodes - 1].Array[0, 4]
        from violations in Gen.Select(Gen.Int[0, nodes - 1], Gen.Int[0, 61]).Array[0, 6]
        select new GraphSystem(nodes, edges, final, violations);

    public int Nodes => nodes;

    public IReadOnlyList<(int From, int To)> Edges => edges;

    public Node Initial => default;

    public void Successors(in Node state, SuccessorBuffer<Node> into)
    {
        for (int i = 0; i < edges.Length; i++)
        {
            if (edges[i].From == (int)state.Number)
                into.Add(new((ulong)edges[i].To), i);
        }
    }

    public ulong Violations(in Node state)
    {
        ulong bits = 0;
        foreach (var (node, property) in violations)
            bits |= node == (int)state.Number ? 1UL << property : 0;
        return bits;
    }

    public bool IsFinal(in Node state) => final.Contains((int)state.Number);

    public Node Canonical(in Node state) => state;

    /// <summary>
    /// Transitions from node 0 to each node, found by relaxing every edge until nothing changes; −1 where there is no
    /// way.
    /// </summary>
    public int[] Distances()
    {
        var distances = Enumerable.Repeat(-1, nodes).ToArray();
        distances[0] = 0;
        for (bool changed = true; changed;)
        {
            changed = false;
            foreach (var (from, to) in edges)
            {
                if (distances[from] < 0 || (distances[to] >= 0 && distances[to] <= distances[from] + 1))
                    continue;
                distances[to] = distances[from] + 1;
                changed = true;
            }
        }

        return distances;
    }

    /// <summary>The nodes from which one of some nodes can be reached.</summary>
    public bool[] Reaching(Func<int, bool> goal)
    {
        var reaching = Enumerable.Range(0, nodes).Select(goal).ToArray();
        for (bool changed = true; changed;)
        {
            changed = false;
            foreach (var (from, to) in edges)
            {
                changed |= reaching[to] && !reaching[from];
                reaching[from] |= reaching[to];
            }
        }

        return reaching;
    }

    public bool IsDeadlock(int node) => !final.Contains(node) && edges.All(e => e.From != node);

    public bool Violates(int node, int property) => violations.Contains((node, property));

    /// <summary>Whether a path is one: from the initial state, each step an edge of the label it names.</summary>
    public bool IsPath(IReadOnlyList<PathTransition<Node>> path) =>
        path[0] == new PathTransition<Node>(-1, Initial)
        && path.Zip(path.Skip(1))
        .All(p => edges[p.Second.Label] == ((int)p.First.State.Number, (int)p.Second.State.Number));

    public override string ToString() =>
        $"{nodes} nodes; {string.Join(' ', edges)}; final {string.Join(' ', final)}; violations "
        + $"{string.Join(' ', violations)}";
}
