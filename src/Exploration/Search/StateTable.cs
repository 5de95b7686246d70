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

    private const int ChunkShift = 11;
    private const int ChunkSize = 1 << ChunkShift;
    private const int FirstSlots = 1 << 8;
    // Bits of the hash that neither the slot's position nor the choice of a shard uses.
    private const int TagShift = 20;

    private TState[][] _states = new TState[16][];
    private uint[][] _origins = new uint[16][];
    private uint[] _slots = new uint[FirstSlots];
    private int _chunks;
    private int _worthGrowing = FirstSlots / 5 * 4;

    public int Count { get; private set; }

    /// <summary>The number of places of the index.</summary>
    public int IndexSize => _slots.Length;

    /// <summary>Bytes in use.</summary>
    public long MemoryBytes =>
        (_chunks * ChunkBytes) + ((long)_slots.Length * sizeof(uint)) + ((long)_states.Length * 2 * IntPtr.Size);

    /// <summary>Bytes that suffice for some more states, the moment in which the index grows included.</summary>
    public long MostBytes(int more)
    {
        long chunks = Math.Max(((long)Count + more + ChunkSize - 1) >> ChunkShift, _chunks);
        long slots = _slots.Length;
        while (slots / 5 * 4 < Math.Min((long)Count + more, MaxCount))
            slots *= 2;
        long index = slots == _slots.Length ? slots : slots + (slots / 2);
        return (chunks * ChunkBytes) + (index * sizeof(uint)) + (4 * Math.Max(chunks, _states.Length) * IntPtr.Size);
    }

    private static long ChunkBytes => ChunkSize * (Unsafe.SizeOf<TState>() + sizeof(uint));

    public ref readonly TState this[int index] => ref _states[index >> ChunkShift][index & (ChunkSize - 1)];

    public uint Origin(int index) => _origins[index >> ChunkShift][index & (ChunkSize - 1)];

    /// <summary>A hash of every bit of a state.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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
            CacheLine.Prefetch(ref StateAt((slot & mask) - 1));
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
            if (((slot ^ tag) & ~mask) == 0 && StateAt((slot & mask) - 1).Equals(state))
                return (int)(slot & mask) - 1;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private Addition Append(in TState state, ulong hash, uint at, uint origin, long limit)
    {
        int size = IndexSize;
        if (!HasRoom(limit))
            return Addition.NoRoom;
        _states[Count >> ChunkShift][Count & (ChunkSize - 1)] = state;
        _origins[Count >> ChunkShift][Count & (ChunkSize - 1)] = origin;
        if (IndexSize == size)
            SlotAt(at) = (Tag(hash) & ~Mask) | (uint)(Count + 1);
        else
            Enter(Count, hash);
        Count++;
        return Addition.New;
    }

    private uint Mask => (uint)_slots.Length - 1;

    // A place is masked by the size of the index, and a slot holds a position that was stored: neither needs a check,
    // which would load the length of a chunk.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref uint SlotAt(uint at) => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_slots), at);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref TState StateAt(uint position)
    {
        ref TState[] chunk = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_states), position >> ChunkShift);
        return ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(chunk), position & (ChunkSize - 1));
    }

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

        if (Count < _chunks << ChunkShift)
            return true;
        if (MemoryBytes + ChunkBytes + (_chunks == _states.Length ? 2L * _chunks * IntPtr.Size : 0) > limit)
            return false;
        if (_chunks == _states.Length)
        {
            Array.Resize(ref _states, 2 * _chunks);
            Array.Resize(ref _origins, 2 * _chunks);
        }

        // Pinned, so that the garbage collector never moves or copies memory that lives until the end.
        _states[_chunks] = GC.AllocateUninitializedArray<TState>(ChunkSize, pinned: true);
        _origins[_chunks++] = GC.AllocateUninitializedArray<uint>(ChunkSize, pinned: true);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void GrowIndex()
    {
        _slots = new uint[2 * _slots.Length];
        _worthGrowing = (int)Math.Min(_slots.Length / 5L * 4, MaxCount);
        for (int i = 0; i < Count; i++)
            Enter(i, Hash(this[i]));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Enter(int index, ulong hash)
    {
        uint mask = (uint)_slots.Length - 1;
        uint at = (uint)hash & mask;
        while (_slots[at] != 0)
            at = (at + 1) & mask;
        _slots[at] = (Tag(hash) & ~mask) | (uint)(index + 1);
    }
}

/// <summary>The result of adding a state.</summary>
internal enum Addition
{
    /// <summary>The state was added.</summary>
    New,

    /// <summary>The state was present.</summary>
    Known,

    /// <summary>The state was absent, and there is no memory for it.</summary>
    NoRoom,
}
