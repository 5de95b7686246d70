using System.Numerics;
using System.Runtime.CompilerServices;

namespace Orleans.Mmu.Checking;

/// <summary>The states whose hash belongs here, in order of discovery, and what was found among them.</summary>
internal sealed class Shard<TState, TSystem>(TSystem system, int number, bool symmetry, TState initial)
    where TState : unmanaged, IEquatable<TState>
    where TSystem : ITransitionSystem<TState>
{
    // What is expanded between two exchanges: few enough for all buffers to stay in the second-level cache.
    private const int MaxBatchStates = 512;
    private const int MaxBatchSuccessors = 2048;
    // A look at the token costs little, a state of a large system may cost much.
    private const int StatesBetweenLooks = 64;
    // Look-ups whose cache misses overlap.
    private const int AtOnce = 16;

    private readonly SuccessorBuffer<TState> _successors = new();
    private readonly RecentStates<TState> _recent = new(initial);
    private readonly Outbox<TState>[] _outboxes = [.. Enumerable.Range(0, Explorer.Shards).Select(_ => new Outbox<TState>())];
    private ulong _found;
    private int _next;
    private int _layerEnd;

    public int Number => number;

    public StateTable<TState> Table { get; } = new();

    public long Transitions { get; private set; }

    /// <summary>The depth of the layer that is being expanded.</summary>
    public int Depth { get; set; }

    /// <summary>For each property violated here, the first state.</summary>
    public List<(int Property, int Depth, int State)> Found { get; } = [];

    /// <summary>States of the layer that are not expanded yet.</summary>
    public int Open => _layerEnd - _next;

    public bool HasNextLayer => Table.Count > _layerEnd;

    public int Unexpanded => Table.Count - _next;

    /// <summary>A state belonged here for which there was no memory.</summary>
    public bool IsFull { get; private set; }

    public long MemoryBytes => Table.MemoryBytes + BufferBytes;

    private long BufferBytes => RecentStates<TState>.MemoryBytes + _outboxes.Sum(o => o.MemoryBytes);

    /// <summary>Which shard a hash belongs to.</summary>
    public static int Of(ulong hash) => (int)(hash >> (64 - Explorer.ShardBits));

    /// <summary>A number that names a state in the whole space.</summary>
    public static uint Name(int shard, int index) => ((uint)index << Explorer.ShardBits) | (uint)shard;

    public void Begin(ulong hash, long limit)
    {
        IsFull = Table.Add(initial, hash, uint.MaxValue, limit - BufferBytes) == Addition.NoRoom;
        if (!IsFull)
            Judge(initial, 0, 0);
    }

    /// <summary>Makes the states found so far the layer to expand.</summary>
    public void OpenLayer() => _layerEnd = Table.Count;

    /// <summary>Finds the successors of the next states of the layer and sorts them by shard.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Expand(CancellationToken cancellationToken)
    {
        foreach (var outbox in _outboxes)
            outbox.Clear();
        int sent = 0;
        int first = _next;
        for (int end = Math.Min(_layerEnd, first + MaxBatchStates); _next < end && sent < MaxBatchSuccessors; _next++)
        {
            if ((_next - first) % StatesBetweenLooks == 0 && cancellationToken.IsCancellationRequested)
                return;
            ref readonly var state = ref Table[_next];
            _successors.Clear();
            system.Successors(state, _successors);
            Transitions += _successors.Count;
            if (_successors.Count == 0 && !system.IsFinal(state))
                Note(ExplorerProperty.Deadlock, Depth, _next);
            sent += Send(Name(number, _next));
        }
    }

    /// <summary>Adds what all shards found for this one, in the order of the shards.</summary>
    /// <param name="limit">Bytes that this shard may take.</param>
    public void TakeIn(Shard<TState, TSystem>[] shards, long limit)
    {
        limit -= BufferBytes;
        foreach (var from in shards)
        {
            var inbox = from._outboxes[number];
            for (int first = 0; first < inbox.Count && !IsFull; first += AtOnce)
            {
                int count = Math.Min(AtOnce, inbox.Count - first);
                TakeIn(inbox.States.Slice(first, count), inbox.Origins.Slice(first, count), limit);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Send(uint origin)
    {
        int sent = 0;
        foreach (ref readonly var successor in _successors.States)
        {
            var found = symmetry ? system.Canonical(successor) : successor;
            ulong hash = StateTable<TState>.Hash(found);
            if (_recent.Contains(found, hash))
                continue;
            _outboxes[Of(hash)].Add(found, origin);
            sent++;
        }

        return sent;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TakeIn(ReadOnlySpan<TState> states, ReadOnlySpan<uint> origins, long limit)
    {
        Span<ulong> hashes = stackalloc ulong[AtOnce];
        Span<uint> slots = stackalloc uint[AtOnce];
        for (int i = 0; i < states.Length; i++)
        {
            hashes[i] = StateTable<TState>.Hash(states[i]);
            slots[i] = Table.FirstSlot(hashes[i]);
        }

        uint perhapsNew = 0;
        for (int i = 0; i < states.Length; i++)
            perhapsNew |= Table.IsAt(slots[i], states[i], hashes[i]) ? 0 : 1U << i;

        // Nothing is ever removed, so what was known above is known still; the rest is added in its order.
        for (; perhapsNew != 0; perhapsNew &= perhapsNew - 1)
        {
            int i = BitOperations.TrailingZeroCount(perhapsNew);
            switch (Table.Add(states[i], hashes[i], origins[i], limit))
            {
                case Addition.New:
                    Judge(states[i], Depth + 1, Table.Count - 1);
                    break;
                case Addition.NoRoom:
                    IsFull = true;
                    return;
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
}
