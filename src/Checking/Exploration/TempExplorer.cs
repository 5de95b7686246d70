namespace Orleans.Mmu.Checking;

public static class TempExplorer
{
    public static (int States, Dictionary<int, List<(int Label, Bits256 State)>> Found) Explore(MachineSystem system, bool symmetry)
    {
        var index = new Dictionary<Bits256, int>();
        var states = new List<Bits256>();
        var parents = new List<int>();
        var found = new Dictionary<int, int>();
        void Add(Bits256 s, int parent)
        {
            var c = symmetry ? system.Canonical(s) : s;
            if (!index.TryAdd(c, states.Count))
                return;
            states.Add(c);
            parents.Add(parent);
            ulong v = system.Violations(c);
            for (; v != 0; v &= v - 1)
                found.TryAdd(System.Numerics.BitOperations.TrailingZeroCount(v), states.Count - 1);
        }

        Add(system.Initial, -1);
        var buffer = new SuccessorBuffer<Bits256>();
        for (int i = 0; i < states.Count; i++)
        {
            buffer.Items.Clear();
            system.Successors(states[i], buffer);
            if (buffer.Items.Count == 0 && !system.IsFinal(states[i]))
                found.TryAdd(62, i);
            foreach (var (s, _) in buffer.Items)
                Add(s, i);
        }

        var paths = new Dictionary<int, List<(int, Bits256)>>();
        foreach (var (p, at) in found)
        {
            var chain = new List<int>();
            for (int i = at; i >= 0; i = parents[i])
                chain.Add(i);
            chain.Reverse();
            var path = new List<(int, Bits256)> { (-1, system.Initial) };
            foreach (int next in chain.Skip(1))
            {
                buffer.Items.Clear();
                system.Successors(path[^1].Item2, buffer);
                var step = buffer.Items.First(x => (symmetry ? system.Canonical(x.State) : x.State).Equals(states[next]));
                path.Add((step.Label, step.State));
            }

            paths[p] = path;
        }

        return (states.Count, paths);
    }
}
