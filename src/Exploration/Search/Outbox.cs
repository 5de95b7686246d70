using System.Runtime.CompilerServices;

namespace Orleans.Mmu.Exploration.Search;

/// <summary>
/// States that one shard found for another, each with the name of the state it was reached from, batch after batch.
/// </summary>
internal sealed class Outbox<TState>
    where TState : unmanaged, IEquatable<TState>
{
    private TState[] _states = new TState[64];
    private uint[] _origins = new uint[64];
    private int[] _ends = new int[4];
    private int _batches;

    public int Count { get; private set; }

    public long MemoryBytes => _states.Length * (long)(Unsafe.SizeOf<TState>() + sizeof(uint));

    public ReadOnlySpan<TState> States => _states.AsSpan(0, Count);

    public ReadOnlySpan<uint> Origins => _origins.AsSpan(0, Count);

    /// <summary>The states of one batch; none if the shard had fewer batches.</summary>
    public ReadOnlySpan<TState> StatesOf(int batch) => States[Batch(batch)];

    public ReadOnlySpan<uint> OriginsOf(int batch) => Origins[Batch(batch)];

    public void Clear() => (Count, _batches) = (0, 0);

    /// <summary>Ends a batch: what is added from now on belongs to the next.</summary>
    public void EndBatch()
    {
        if (_batches == _ends.Length)
            Array.Resize(ref _ends, 2 * _batches);
        _ends[_batches++] = Count;
    }

    private Range Batch(int batch) =>
        batch < _batches ? (batch == 0 ? 0 : _ends[batch - 1]).._ends[batch] : Count..Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(in TState state, uint origin)
    {
        if (Count == _states.Length)
            Grow();

        _states[Count] = state;
        _origins[Count++] = origin;
    }

    private void Grow()
    {
        Array.Resize(ref _states, 2 * Count);
        Array.Resize(ref _origins, 2 * Count);
    }
}
