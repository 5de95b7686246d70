using System.Collections;

namespace Orleans.Mmu.Exploration.Search;

/// <summary>
/// Whether the system can always come to an end: if from every state some state without a successor, or a final one, can
/// be reached, then under fair scheduling nobody waits for ever. A deadlock is an end here, since it is found as such and
/// whatever leads to nothing else is its doing. Works backwards over the states found, which are expanded again until one
/// successor is known to reach an end, and over again until nothing is learned.
/// </summary>
/// <param name="report">Called often.</param>
/// <remarks>What is learned depends on no order; threads that see each other's marks late only learn it in a later pass.</remarks>
internal sealed class LivenessPass<TState, TSystem>(
    TSystem system, bool symmetry, Shard<TState, TSystem>[] shards, ShardCrew<TState, TSystem> crew, Action report, CancellationToken cancellationToken)
    where TState : unmanaged, IEquatable<TState>
    where TSystem : ITransitionSystem<TState>
{
    // States of a shard between two meetings of the threads: successors have mostly larger indices, and should be judged.
    private const int Block = 1024;

    private readonly Part[] _parts = [.. shards.Select(s => new Part(s.Table))];

    /// <summary>The name of a state of least depth that cannot come to an end, or null.</summary>
    public uint? FirstStuck()
    {
        bool descending = true;
        // To and fro: a chain of states that goes against one direction goes with the other.
        while (Pass(descending) && _parts.Any(p => p.FirstOpen >= 0))
            descending = !descending;

        // Within a shard the order is that of depth, between shards it is not.
        uint? first = null;
        int least = int.MaxValue;
        for (int shard = 0; shard < shards.Length; shard++)
        {
            int index = _parts[shard].FirstOpen;
            if (index < 0 || Depth(StateName.Of(shard, index)) is var depth && depth >= least)
                continue;
            (first, least) = (StateName.Of(shard, index), depth);
        }

        return first;
    }

    // True: something was learned that may lead to more.
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
            var other = _parts[StateName.ShardOf(hash)];
            int index = other.Table.Find(stored, hash);
            if (index >= 0 && other.Ends[index])
                return true;
        }

        return part.Successors.Count == 0;
    }

    private int Depth(uint name)
    {
        int depth = -1;
        for (; name != StateName.None; depth++)
            name = shards[StateName.Shard(name)].Table.Origin(StateName.Index(name));
        return depth;
    }

    private sealed class Part(StateTable<TState> table)
    {
        public StateTable<TState> Table => table;

        /// <summary>Set by one thread, read by all: a bit that is seen late is still false.</summary>
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
