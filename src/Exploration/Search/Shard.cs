using System.Runtime.CompilerServices;

namespace Orleans.Mmu.Exploration.Search;

/// <summary>The states whose hash belongs to one shard, in order of discovery, and the violations among them.</summary>
internal sealed class Shard<TState, TSystem>(TSystem system, int number, bool symmetry, TState initial)
    where TState : unmanaged, IEquatable<TState>
    where TSystem : ITransitionSystem<TState>
{
    // States of one batch. Batches decide the order in which states are stored, and so which counterexample is shown.
    private const int MaxBatchStates = 512;
    public const int MaxBatchSuccessors = 2048;
    // Cancellation is checked this often: a state of a large system may take long to expand.
    private const int StatesBetweenLooks = 64;
    // Look-ups that are issued together, so that their cache misses overlap.
    private const int AtOnce = 64;

    private readonly SuccessorBuffer<TState> _successors = new();
    private readonly Outboxes<TState> _outboxes = new(initial);
    private readonly FirstFindings _findings = new();
    private int _next;
    private int _layerEnd;

    public int Number => number;

    public StateTable<TState> Table { get; private init; } = new();

    public long Transitions { get; private set; }

    /// <summary>The depth of the layer being expanded.</summary>
    public int Depth { get; set; }

    /// <summary>For each violated property, the shard's first state.</summary>
    public List<FoundState> Found => _findings.States;

    /// <summary>States of the layer that are not expanded yet.</summary>
    public int Open => _layerEnd - _next;

    /// <summary>The index at which the layer being expanded ends.</summary>
    public int LayerEnd => _layerEnd;

    public bool HasNextLayer => Table.Count > _layerEnd;

    public int Unexpanded => Table.Count - _next;

    /// <summary>Whether a state was dropped for lack of memory.</summary>
    public bool IsFull { get; private set; }

    public long MemoryBytes => Table.MemoryBytes + BufferBytes;

    /// <summary>Bytes that suffice if some more states are taken in.</summary>
    public long MostBytes(int more) => Table.MostBytes(more) + BufferBytes;

    private long BufferBytes => _outboxes.MemoryBytes;

    public void Begin(ulong hash, long limit)
    {
        IsFull = Table.Add(initial, hash, StateId.None, limit - BufferBytes) == Addition.NoRoom;
        if (!IsFull)
            Judge(initial, 0, 0);
    }

    /// <summary>Makes the states found so far the layer to expand.</summary>
    public void OpenLayer() => OpenLayer(Table.Count);

    /// <summary>Makes the states up to an index the layer to expand.</summary>
    public void OpenLayer(int end) => _layerEnd = end;

    /// <summary>
    /// A shard that expands the states of this one once more, from the first: batch by batch, it finds what this one
    /// found. Both share the table, so neither may add states while the other is in use.
    /// </summary>
    public Shard<TState, TSystem> FromTheStart() => new(system, number, symmetry, initial) { Table = Table };

    /// <summary>
    /// Finds the successors of the next states of the layer, in a number of batches, and sorts them by shard.
    /// </summary>
    public void Expand(int batches, CancellationToken cancellationToken)
    {
        _outboxes.Clear();
        for (int batch = 0; batch < batches; batch++)
            ExpandNext(cancellationToken);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ExpandNext(CancellationToken cancellationToken)
    {
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
                _findings.Record(1UL << ExplorerProperty.Deadlock, Depth, _next);
            sent += Send(StateId.Of(number, _next));
        }

        _outboxes.EndBatch();
    }

    /// <summary>
    /// Adds the states that all shards found for this one: batch by batch, each in the order of the shards. So they are
    /// stored in the same order whatever the number of batches between two exchanges is.
    /// </summary>
    /// <param name="batches">The number that every shard has expanded.</param>
    /// <param name="limit">Bytes that this shard may take.</param>
    public void TakeIn(Shard<TState, TSystem>[] shards, int batches, long limit)
    {
        for (int batch = 0; batch < batches; batch++)
        {
            foreach (var from in shards)
                TakeIn(from._outboxes[number].StatesOf(batch), from._outboxes[number].OriginsOf(batch), limit);
        }
    }

    /// <summary>Adds the states that one shard found for this one.</summary>
    /// <param name="limit">Bytes that this shard may take.</param>
    public void TakeIn(ReadOnlySpan<TState> states, ReadOnlySpan<uint> origins, long limit)
    {
        limit -= BufferBytes;
        for (int first = 0; first < states.Length && !IsFull; first += AtOnce)
        {
            int count = Math.Min(AtOnce, states.Length - first);
            TakeInAtOnce(states.Slice(first, count), origins.Slice(first, count), limit);
        }
    }

    /// <summary>The states that the last expanded batch found for a shard.</summary>
    public Outbox<TState> For(int shard) => _outboxes[shard];

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Send(uint origin)
    {
        int sent = 0;
        foreach (ref readonly var successor in _successors.States)
        {
            var found = symmetry ? system.Canonical(successor) : successor;
            if (_outboxes.Send(found, StateTable<TState>.Hash(found), origin))
                sent++;
        }

        return sent;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TakeInAtOnce(ReadOnlySpan<TState> states, ReadOnlySpan<uint> origins, long limit)
    {
        Span<ulong> hashes = stackalloc ulong[AtOnce];
        Span<int> places = stackalloc int[AtOnce];
        for (int i = 0; i < states.Length; i++)
        {
            hashes[i] = StateTable<TState>.Hash(states[i]);
            Table.Prefetch(hashes[i]);
        }

        for (int i = 0; i < states.Length; i++)
            places[i] = Table.Seek(hashes[i]);

        for (int i = 0; i < states.Length; i++)
        {
            if (Table.IsAt(places[i], states[i]))
                continue;
            var addition = Table.Add(states[i], hashes[i], origins[i], limit);
            if (addition == Addition.Known)
                continue;
            if (addition == Addition.NoRoom)
            {
                IsFull = true;
                return;
            }

            Judge(states[i], Depth + 1, Table.Count - 1);
        }
    }

    private void Judge(in TState state, int depth, int index) =>
        _findings.Record(system.Violations(state), depth, index);
}
