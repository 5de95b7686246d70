using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Orleans.Mmu.Exploration.Search;

/// <summary>
/// States and their origins by position, in chunks that never move. It is a value, so that a table reaches a state
/// without one more load: never copy it.
/// </summary>
internal struct StateChunks<TState>
    where TState : unmanaged
{
    private const int Shift = 11;
    private const int Size = 1 << Shift;

    private TState[][] _states = new TState[16][];
    private uint[][] _origins = new uint[16][];
    // Of each chunk's first state. The garbage collector never moves a chunk; an address leads to a state without the
    // load of the chunk's header, which would be one more cache miss.
    private nint[] _addresses = new nint[16];
    private int _chunks;

    public StateChunks()
    {
    }

    /// <summary>Bytes in use.</summary>
    public readonly long MemoryBytes => (_chunks * ChunkBytes) + ((long)_states.Length * 3 * IntPtr.Size);

    private static long ChunkBytes => Size * (Unsafe.SizeOf<TState>() + sizeof(uint));

    public readonly ref TState this[int index] => ref _states[index >> Shift][index & (Size - 1)];

    public readonly uint Origin(int index) => _origins[index >> Shift][index & (Size - 1)];

    /// <summary>A state that is stored. There is no check, which would load the length of a chunk.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly unsafe ref TState Stored(uint position)
    {
        nint chunk = Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_addresses), position >> Shift);
        return ref ((TState*)chunk)[position & (Size - 1)];
    }

    /// <param name="index">A position for which there is room.</param>
    public readonly void Set(int index, in TState state, uint origin)
    {
        _states[index >> Shift][index & (Size - 1)] = state;
        _origins[index >> Shift][index & (Size - 1)] = origin;
    }

    /// <summary>Bytes that suffice for a number of states, also while the list of chunks grows.</summary>
    public readonly long MostBytes(long states)
    {
        long chunks = Math.Max((states + Size - 1) >> Shift, _chunks);
        return (chunks * ChunkBytes) + (6 * Math.Max(chunks, _states.Length) * IntPtr.Size);
    }

    /// <summary>Makes room for the state at a position, at most one past the last.</summary>
    /// <param name="limit">Bytes that the chunks may take.</param>
    /// <returns>False where the limit leaves no room.</returns>
    public unsafe bool HasRoom(int index, long limit)
    {
        if (index < _chunks << Shift)
            return true;
        if (MemoryBytes + ChunkBytes + (_chunks == _states.Length ? 3L * _chunks * IntPtr.Size : 0) > limit)
            return false;
        if (_chunks == _states.Length)
        {
            Array.Resize(ref _states, 2 * _chunks);
            Array.Resize(ref _origins, 2 * _chunks);
            Array.Resize(ref _addresses, 2 * _chunks);
        }

        // Pinned, so that the garbage collector never moves or copies memory that lives until the end.
        _states[_chunks] = GC.AllocateUninitializedArray<TState>(Size, pinned: true);
        _addresses[_chunks] = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_states[_chunks]));
        _origins[_chunks++] = GC.AllocateUninitializedArray<uint>(Size, pinned: true);
        return true;
    }
}
