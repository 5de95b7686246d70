using System.Collections;

namespace Orleans.Mmu.Exploration.Search;

/// <summary>
/// Checks that the system can always end: if a final state or a deadlock can be reached from every state, then under
/// fair scheduling no program waits for ever. A deadlock counts as an end here, since it is a finding of its own and
/// explains the states that lead only to it. The pass works backwards over the states, expands each again until one
/// successor is known to reach an end, and repeats until nothing changes.
/// </summary>
/// <param name="report">Called often.</param>
/// <remarks>
/// The result does not depend on order; a thread that sees another's marks late marks its states in a later pass.
/// </remarks>
internal sealed class LivenessPass<TState, TSystem>(
    TSystem system, bool symmetry, Shard<TState, TSystem>[] shards, ShardCrew<TState, TSystem> crew, Action report,
    CancellationToken cancellationToken)
    where TState : unmanaged, IEquatable<TState>
    where TSystem : ITransitionSystem<TState>
{
    // States of a shard between two barriers of the threads: successors mostly have larger indices and should be judged
    // first.
    private const int Block = 1024;

    private readonly Part[] _parts = [.. shards.Select(s => new Part(s.Table))];

    /// <summary>The name of a state of least depth that cannot reach an end, or null.</summary>
    public uint? FirstStuck()
    {
        bool descending = true;
        // Directions alternate: a chain of states against one direction is followed in the other.
        while (Pass(descending) && _parts.Any(p => p.FirstOpen >= 0))
            descending = !descending;

        // Within a shard states are in order of depth; between shards they are not.
        uint? first = null;
        int least = int.MaxValue;
        for (int shard = 0; shard < shards.Length; shard++)
        {
            int index = _parts[shard].FirstOpen;
            if (index < 0 || Depth(StateId.Of(shard, index)) is var depth && depth >= least)
                continue;
            (first, least) = (StateId.Of(shard, index), depth);
        }

        return first;
    }

    // Returns true if something was learned that may lead to more.
    private bool Pass(bool descending)
    {
        int blocks = (_parts.Max(p => p.Table.Count) + Block - 1) / Block;
        for (int i = 0; i < blocks; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int first = (descending ? blocks - 1 - i : i) * Block;
            crew.Each(s => Judge(_parts[s.Number], first, descending), alone: blocks == 1);
            report();
        }

        bool learned = _parts.Any(p => p.HasLearned);
        foreach (var part in _parts)
            part.HasLearned = false;
        return learned;
    }

    private void Judge(Part part, int first, bool descending)
    {
        int count = Math.Min(Block, part.Table.Count - first);
        for (int i = 0; i < count; i++)
        {
            int index = first + (descending ? count - 1 - i : i);
            if (!part.Ends[index] && Ends(part, part.Table[index]))
                part.HasLearned = part.Ends[index] = true;
        }
    }

    private bool Ends(Part part, in TState state)
    {
        if (system.IsFinal(state))
            return true;
        part.Successors.Clear();
        system.Successors(state, part.Successors);
        foreach (ref readonly var successor in part.Successors.States)
        {
            var stored = symmetry ? system.Canonical(successor) : successor;
            ulong hash = StateTable<TState>.Hash(stored);
            var other = _parts[StateId.ShardOf(hash)];
            int index = other.Table.Find(stored, hash);
            if (index >= 0 && other.Ends[index])
                return true;
        }

        return part.Successors.Count == 0;
    }

    private int Depth(uint name)
    {
        int depth = -1;
        for (; name != StateId.None; depth++)
            name = shards[StateId.Shard(name)].Table.Origin(StateId.Index(name));
        return depth;
    }

    private sealed class Part(StateTable<TState> table)
    {
        public StateTable<TState> Table => table;

        /// <summary>Set by one thread and read by all; a bit that is seen late still reads as false.</summary>
        public BitArray Ends { get; } = new(table.Count);

        public SuccessorBuffer<TState> Successors { get; } = new();

        public bool HasLearned { get; set; }

        public int FirstOpen
        {
            get
            {
                int index = 0;
                while (index < Ends.Count && Ends[index])
                    index++;
                return index < Ends.Count ? index : -1;
            }
        }
    }
}
