using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Orleans.Mmu.Exploration.Search;

/// <summary>
/// A set of states in order of insertion, each with the name of the state it was reached from. It is exact: whole
/// states are compared. States lie in chunks that never move; their index is at most four fifths full. A state costs
/// its size, 4 bytes for its origin and 5 to 10 for its index.
/// </summary>
internal sealed class StateTable<TState>
    where TState : unmanaged, IEquatable<TState>
{
    /// <summary>The maximum number of states of one table, so that 32 bits can name each state of all tables.</summary>
    public const int MaxCount = (int)((1L << 32) / Explorer.Shards) - 1;

    private const int FirstSlots = 1 << 8;
    // States that enter a new index together, so that their cache misses overlap.
    private const int AtOnce = 64;

    private StateChunks<TState> _states = new();
    private StateIndex _index = new(FirstSlots);
    private int _worthGrowing = FirstSlots / 5 * 4;

    public int Count { get; private set; }

    /// <summary>Bytes in use.</summary>
    public long MemoryBytes => _states.MemoryBytes + StateIndex.Bytes(_index.Size);

    /// <summary>Bytes that suffice for some more states, the moment in which the index grows included.</summary>
    public long MostBytes(int more)
    {
        long slots = _index.Size;
        while (slots / 5 * 4 < Math.Min((long)Count + more, MaxCount))
            slots *= 2;
        long index = StateIndex.Bytes(slots) + (slots == _index.Size ? 0 : StateIndex.Bytes(slots / 2));
        return _states.MostBytes((long)Count + more) + index;
    }

    public ref readonly TState this[int index] => ref _states[index];

    public uint Origin(int index) => _states.Origin(index);

    /// <summary>A hash of every bit of a state.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Hash(in TState state)
    {
        ulong hash = 0;
        foreach (ulong word in MemoryMarshal.Cast<TState, ulong>(MemoryMarshal.CreateReadOnlySpan(in state, 1)))
        {
            hash = (hash ^ word) * 0x9e3779b97f4a7c15UL;
            hash = BitOperations.RotateLeft(hash, 29) * 0xbf58476d1ce4e5b9UL;
        }

        return hash ^ hash >> 32;
    }

    /// <summary>Begins to load what <see cref="Seek"/> reads for a hash.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(ulong hash) => _index.Prefetch(hash);

    /// <summary>
    /// The position of a state with the same part of the hash, which begins to load; −1 where there is none nearby. It
    /// is compared with no state yet, so that for many states the cache misses overlap.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Seek(ulong hash)
    {
        uint line = _index.FirstLine(hash);
        uint alike = _index.Look(line, hash).Alike;
        if (alike == 0)
            return -1;
        uint position = _index.Position(line, alike);
        CacheLine.Prefetch(ref _states.Stored(position));
        return (int)position;
    }

    /// <summary>Whether a state is the one at the position that <see cref="Seek"/> returned.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsAt(int position, in TState state) => position >= 0 && _states.Stored((uint)position).Equals(state);

    /// <summary>The index of a state, or −1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int Find(in TState state, ulong hash)
    {
        for (uint line = _index.FirstLine(hash); ; line = _index.NextLine(line))
        {
            var (alike, empty) = _index.Look(line, hash);
            for (; alike != 0; alike &= alike - 1)
            {
                uint position = _index.Position(line, alike);
                if (_states.Stored(position).Equals(state))
                    return (int)position;
            }

            if (empty != 0)
                return -1;
        }
    }

    /// <summary>Adds a state if it is absent.</summary>
    /// <param name="limit">
    /// Bytes that the table may take; while the index grows, both the old and the new index count.
    /// </param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public Addition Add(in TState state, ulong hash, uint origin, long limit)
    {
        if (Find(state, hash) >= 0)
            return Addition.Known;
        if (!HasRoom(limit))
            return Addition.NoRoom;
        _states.Set(Count, state, origin);
        _index.Enter(Count++, hash);
        return Addition.New;
    }

    private bool HasRoom(long limit)
    {
        if (Count == MaxCount)
            return false;
        if (Count == _worthGrowing)
        {
            if (MemoryBytes + StateIndex.Bytes(2L * _index.Size) > limit)
                return false;
            GrowIndex();
        }

        return _states.HasRoom(Count, limit - StateIndex.Bytes(_index.Size));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void GrowIndex()
    {
        _index = new(2 * _index.Size);
        _worthGrowing = (int)Math.Min(_index.Size / 5L * 4, MaxCount);
        Span<ulong> hashes = stackalloc ulong[AtOnce];
        for (int first = 0; first < Count; first += AtOnce)
        {
            int count = Math.Min(AtOnce, Count - first);
            for (int i = 0; i < count; i++)
            {
                hashes[i] = Hash(this[first + i]);
                Prefetch(hashes[i]);
            }

            for (int i = 0; i < count; i++)
                _index.Enter(first + i, hashes[i]);
        }
    }
}
