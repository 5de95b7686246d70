using System.Runtime.CompilerServices;

namespace Orleans.Mmu.Exploration.Search;

/// <summary>States that one shard found for another, each with the name of the state it was reached from.</summary>
internal sealed class Outbox<TState>
    where TState : unmanaged, IEquatable<TState>
{
    private TState[] _states = new TState[64];
    private uint[] _origins = new uint[64];

    public int Count { get; private set; }

    public long MemoryBytes => _states.Length * (long)(Unsafe.SizeOf<TState>() + sizeof(uint));

    public ReadOnlySpan<TState> States => _states.AsSpan(0, Count);

    public ReadOnlySpan<uint> Origins => _origins.AsSpan(0, Count);

    public void Clear() => Count = 0;

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
