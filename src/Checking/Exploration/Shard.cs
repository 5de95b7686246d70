using System.Numerics;

namespace Orleans.Mmu.Checking;

/// <summary>The states whose hash belongs here, in order of discovery, and what was found among them.</summary>
internal sealed class Shard<TState, TSystem>(TSystem system, int number, bool symmetry)
    where TState : unmanaged, IEquatable<TState>
    where TSystem : ITransitionSystem<TState>
{
    private readonly SuccessorBuffer<TState> _successors = new();
    private readonly Outbox[] _outboxes = [.. Enumerable.Range(0, Explorer.Shards).Select(_ => new Outbox())];
    private ulong _found;
    private int _next;
    private int _layerEnd;

    public StateTable<TState> Table { get; } = new();

    public long Transitions { get; private set; }

    /// <summary>The depth of the layer that is being expanded.</summary>
    public int Depth { get; set; }

    /// <summary>For each property violated here, the first state.</summary>
    public List<(int Property, int Depth, int State)> Found { get; } = [];

    /// <summary>States of the layer that are not expanded yet.</summary>
    public int Open => _layerEnd - _next;

    public bool HasOpen => Open > 0;

    public bool HasNextLayer => Table.Count > _layerEnd;

    public int Unexpanded => Table.Count - _next;

    /// <summary>Which shard a hash belongs to.</summary>
    public static int Of(ulong hash) => (int)(hash >> 62) % Explorer.Shards;

    /// <summary>A number that names a state in the whole space.</summary>
    public static uint Name(int shard, int index) => (uint)index * Explorer.Shards + (uint)shard;

    public void Begin(in TState initial)
    {
        Table.TryAdd(initial, StateTable<TState>.Hash(initial), uint.MaxValue);
        Judge(initial, 0, 0);
    }

    /// <summary>Makes the states found so far the layer to expand.</summary>
    public void OpenLayer() => _layerEnd = Table.Count;

    /// <summary>Finds the successors of the next states of the layer and sorts them by shard.</summary>
    public void Expand(int count, CancellationToken cancellationToken)
    {
        foreach (var outbox in _outboxes)
            outbox.Clear();
        for (int end = Math.Min(_layerEnd, _next + count); _next < end; _next++)
        {
            if ((_next & 255) == 0 && cancellationToken.IsCancellationRequested)
                return;
            ref readonly var state = ref Table[_next];
            _successors.Clear();
            system.Successors(state, _successors);
            Transitions += _successors.Count;
            if (_successors.Count == 0 && !system.IsFinal(state))
                Note(ExplorerProperty.Deadlock, Depth, _next);
            foreach (ref readonly var successor in _successors.States)
            {
                var found = symmetry ? system.Canonical(successor) : successor;
                ulong hash = StateTable<TState>.Hash(found);
                _outboxes[Of(hash)].Add(found, hash, Name(number, _next));
            }
        }
    }

    /// <summary>Adds what all shards found for this one.</summary>
    public void TakeIn(Shard<TState, TSystem>[] shards)
    {
        foreach (var from in shards)
        {
            var inbox = from._outboxes[number];
            for (int i = 0; i < inbox.Count; i++)
            {
                if (Table.TryAdd(inbox.States[i], inbox.Hashes[i], inbox.Origins[i]))
                    Judge(inbox.States[i], Depth + 1, Table.Count - 1);
            }
        }
    }

    private void Judge(in TState state, int depth, int index)
    {
        for (ulong violated = system.Violations(state) & ~_found; violated != 0; violated &= violated - 1)
            Note(BitOperations.TrailingZeroCount(violated), depth, index);
    }

    private void Note(int property, int depth, int index)
    {
        if ((_found >> property & 1) != 0)
            return;
        _found |= 1UL << property;
        Found.Add((property, depth, index));
    }

    private sealed class Outbox
    {
        public int Count { get; private set; }

        public TState[] States { get; private set; } = new TState[1024];

        public ulong[] Hashes { get; private set; } = new ulong[1024];

        public uint[] Origins { get; private set; } = new uint[1024];

        public void Clear() => Count = 0;

        public void Add(in TState state, ulong hash, uint origin)
        {
            if (Count == States.Length)
            {
                (var states, var hashes, var origins) = (States, Hashes, Origins);
                Array.Resize(ref states, 2 * Count);
                Array.Resize(ref hashes, 2 * Count);
                Array.Resize(ref origins, 2 * Count);
                (States, Hashes, Origins) = (states, hashes, origins);
            }

            (States[Count], Hashes[Count], Origins[Count]) = (state, hash, origin);
            Count++;
        }
    }
}
