using System.Numerics;
using System.Runtime.InteropServices;

namespace Orleans.Mmu.Checking;

/// <summary>
/// A set of states in the order in which they were added, each with the number of the state it was reached from. Exact:
/// whole states are compared. States lie in chunks that are never moved; the index holds 32-bit positions with open
/// addressing and is at most two thirds full. A state costs its size, 4 bytes for its origin and 6 to 12 for its index.
/// </summary>
internal sealed class StateTable<TState>
    where TState : unmanaged, IEquatable<TState>
{
    private const int ChunkShift = 14;
    private const int ChunkSize = 1 << ChunkShift;

    private readonly List<TState[]> _chunks = [];
    private readonly List<uint[]> _origins = [];
    private uint[] _slots = new uint[1 << 10];

    public int Count { get; private set; }

    /// <summary>Bytes in use.</summary>
    public long MemoryBytes => (long)_chunks.Count * ChunkBytes + _slots.Length * sizeof(uint);

    /// <summary>Bytes that the next additions may need at once: a chunk, and an index of twice the size beside the old one.</summary>
    public long NextBytes => ChunkBytes + (IsIndexFull(Count + ChunkSize) ? 2L * _slots.Length * sizeof(uint) : 0);

    private static int ChunkBytes => ChunkSize * (System.Runtime.CompilerServices.Unsafe.SizeOf<TState>() + sizeof(uint));

    public ref readonly TState this[int index] => ref _chunks[index >> ChunkShift][index & (ChunkSize - 1)];

    public uint Origin(int index) => _origins[index >> ChunkShift][index & (ChunkSize - 1)];

    /// <summary>A hash of every bit of a state.</summary>
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

    /// <summary>Adds a state that is not there yet.</summary>
    /// <returns>False: it was there.</returns>
    public bool TryAdd(in TState state, ulong hash, uint origin)
    {
        uint mask = (uint)_slots.Length - 1;
        uint at = (uint)hash & mask;
        for (; _slots[at] != 0; at = (at + 1) & mask)
        {
            if (this[(int)_slots[at] - 1].Equals(state))
                return false;
        }

        if ((Count & (ChunkSize - 1)) == 0)
        {
            _chunks.Add(GC.AllocateUninitializedArray<TState>(ChunkSize));
            _origins.Add(GC.AllocateUninitializedArray<uint>(ChunkSize));
        }

        _chunks[Count >> ChunkShift][Count & (ChunkSize - 1)] = state;
        _origins[Count >> ChunkShift][Count & (ChunkSize - 1)] = origin;
        _slots[at] = (uint)++Count;
        if (IsIndexFull(Count))
            GrowIndex();
        return true;
    }

    /// <summary>The position of a state, or −1.</summary>
    public int Find(in TState state, ulong hash)
    {
        uint mask = (uint)_slots.Length - 1;
        for (uint at = (uint)hash & mask; _slots[at] != 0; at = (at + 1) & mask)
        {
            if (this[(int)_slots[at] - 1].Equals(state))
                return (int)_slots[at] - 1;
        }

        return -1;
    }

    private bool IsIndexFull(int count) => count > _slots.Length / 3L * 2;

    private void GrowIndex()
    {
        _slots = new uint[2 * _slots.Length];
        uint mask = (uint)_slots.Length - 1;
        for (int i = 0; i < Count; i++)
        {
            uint at = (uint)Hash(this[i]) & mask;
            while (_slots[at] != 0)
                at = (at + 1) & mask;
            _slots[at] = (uint)i + 1;
        }
    }
}
