using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Orleans.Mmu.Exploration.Search;

/// <summary>
/// A set of states in order of insertion, each with the name of the state it was reached from. It is exact: whole
/// states are compared. States lie in chunks that never move; the index holds 32-bit positions with open addressing and
/// is at most four fifths full. A state costs its size, 4 bytes for its origin and 5 to 10 for its index.
/// </summary>
/// <remarks>
/// A position needs no more bits than the index has address bits; the bits above it hold a part of the hash, so that
/// different states are hardly ever compared.
/// </remarks>
internal sealed class StateTable<TState>
    where TState : unmanaged, IEquatable<TState>
{
    /// <summary>The maximum number of states of one table, so that 32 bits can name each state of all tables.</summary>
    public const int MaxCount = (int)((1L << 32) / Explorer.Shards) - 1;

    private const int FirstSlots = 1 << 8;
    // Bits of the hash that neither the slot's position nor the choice of a shard uses.
    private const int TagShift = 20;
    // States that enter a new index together, so that their cache misses overlap.
    private const int AtOnce = 64;

    private StateChunks<TState> _states = new();
    private uint[] _slots = new uint[FirstSlots];
    private int _worthGrowing = FirstSlots / 5 * 4;

    public int Count { get; private set; }

    /// <summary>The number of places of the index.</summary>
    public int IndexSize => _slots.Length;

    /// <summary>Bytes in use.</summary>
    public long MemoryBytes => _states.MemoryBytes + ((long)_slots.Length * sizeof(uint));

    /// <summary>Bytes that suffice for some more states, the moment in which the index grows included.</summary>
    public long MostBytes(int more)
    {
        long slots = _slots.Length;
        while (slots / 5 * 4 < Math.Min((long)Count + more, MaxCount))
            slots *= 2;
        long index = slots == _slots.Length ? slots : slots + (slots / 2);
        return _states.MostBytes((long)Count + more) + (index * sizeof(uint));
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
    public void Prefetch(ulong hash) => CacheLine.Prefetch(ref SlotAt((uint)hash & Mask));

    /// <summary>
    /// The first place of the index at which a state of this hash may be: that of a state with the same part of the
    /// hash, which begins to load, or an empty one. It is compared with no state yet, so that for many states the cache
    /// misses overlap.
    /// </summary>
    /// <returns>A place that is valid as long as <see cref="IndexSize"/> stays the same.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Seek(ulong hash)
    {
        uint mask = Mask;
        uint tag = Tag(hash);
        for (uint at = (uint)hash & mask; ; at = (at + 1) & mask)
        {
            uint slot = SlotAt(at);
            if (slot == 0)
                return at;
            if (((slot ^ tag) & ~mask) != 0)
                continue;
            CacheLine.Prefetch(ref _states.Stored((slot & mask) - 1));
            return at;
        }
    }

    /// <summary>The index of a state, or −1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int Find(in TState state, ulong hash)
    {
        uint at = (uint)hash & Mask;
        return Find(state, hash, ref at);
    }

    /// <summary>Adds a state if it is absent.</summary>
    /// <param name="limit">
    /// Bytes that the table may take; while the index grows, both the old and the new index count.
    /// </param>
    public Addition Add(in TState state, ulong hash, uint origin, long limit) =>
        Add(state, hash, (uint)hash & Mask, origin, limit);

    /// <inheritdoc cref="Add(in TState, ulong, uint, long)"/>
    /// <param name="at">What <see cref="Seek"/> returned; states may have been added since.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Addition Add(in TState state, ulong hash, uint at, uint origin, long limit) =>
        Find(state, hash, ref at) >= 0 ? Addition.Known : Append(state, hash, at, origin, limit);

    // Ends at the state's place, or at the empty one where it belongs.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Find(in TState state, ulong hash, ref uint at)
    {
        uint mask = Mask;
        uint tag = Tag(hash);
        for (; ; at = (at + 1) & mask)
        {
            uint slot = SlotAt(at);
            if (slot == 0)
                return -1;
            if (((slot ^ tag) & ~mask) == 0 && _states.Stored((slot & mask) - 1).Equals(state))
                return (int)(slot & mask) - 1;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private Addition Append(in TState state, ulong hash, uint at, uint origin, long limit)
    {
        int size = IndexSize;
        if (!HasRoom(limit))
            return Addition.NoRoom;
        _states.Set(Count, state, origin);
        if (IndexSize == size)
            SlotAt(at) = (Tag(hash) & ~Mask) | (uint)(Count + 1);
        else
            Enter(Count, hash);
        Count++;
        return Addition.New;
    }

    private uint Mask => (uint)_slots.Length - 1;

    // A place is masked by the size of the index and needs no check.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref uint SlotAt(uint at) => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_slots), at);

    private static uint Tag(ulong hash) => (uint)(hash >> TagShift);

    private bool HasRoom(long limit)
    {
        if (Count == MaxCount)
            return false;
        if (Count == _worthGrowing)
        {
            if (MemoryBytes + (2L * _slots.Length * sizeof(uint)) > limit)
                return false;
            GrowIndex();
        }

        return _states.HasRoom(Count, limit - ((long)_slots.Length * sizeof(uint)));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void GrowIndex()
    {
        _slots = new uint[2 * _slots.Length];
        _worthGrowing = (int)Math.Min(_slots.Length / 5L * 4, MaxCount);
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
                Enter(first + i, hashes[i]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Enter(int index, ulong hash)
    {
        uint mask = Mask;
        uint at = (uint)hash & mask;
        while (SlotAt(at) != 0)
            at = (at + 1) & mask;
        SlotAt(at) = (Tag(hash) & ~mask) | (uint)(index + 1);
    }
}
