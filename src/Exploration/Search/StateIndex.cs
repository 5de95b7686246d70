using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Orleans.Mmu.Exploration.Search;

/// <summary>
/// Where states of a hash are stored: 32-bit slots in lines of sixteen. A line is one line of the processor's cache and
/// is compared at once, so a look-up costs one miss and next to no branch that cannot be foreseen. A state belongs to
/// the line that its hash selects; if that is full, to the next that is not. It is a value: never copy it.
/// </summary>
/// <remarks>
/// A slot holds a position plus one; 0 is empty. A position needs no more bits than the index has address bits; the
/// bits above it hold a part of the hash, so that different states are hardly ever compared.
/// </remarks>
internal struct StateIndex
{
    // Bits of the hash that neither the choice of a line nor the choice of a shard uses.
    private const int TagShift = 20;
    private const int LineSlots = 16;

    private readonly uint[] _slots;
    // Of the first line in the array, which the garbage collector never moves.
    private readonly int _start;
    private readonly uint _mask;

    /// <param name="size">Slots, a power of two that is at least 16.</param>
    public unsafe StateIndex(int size)
    {
        _slots = GC.AllocateArray<uint>(size + LineSlots, pinned: true);
        HugePages.AskFor(_slots);
        ulong address = (ulong)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_slots));
        _start = (int)(BitOperations.RotateRight(0 - address, 2) % LineSlots);
        _mask = (uint)size - 1;
    }

    /// <summary>Slots.</summary>
    public readonly int Size => (int)_mask + 1;

    /// <summary>Bytes of an index.</summary>
    public static long Bytes(long size) => (size + LineSlots) * sizeof(uint);

    /// <summary>The line to look at first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly uint FirstLine(ulong hash) => (uint)hash & _mask & ~(LineSlots - 1U);

    /// <summary>The line after a line.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly uint NextLine(uint line) => (line + LineSlots) & _mask;

    /// <summary>Begins to load the line to look at first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Prefetch(ulong hash) => CacheLine.Prefetch(ref SlotAt(FirstLine(hash)));

    /// <summary>The slots of a line that hold this part of the hash, bit by bit; and the empty ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly (uint Alike, uint Empty) Look(uint line, ulong hash)
    {
        var slots = Vector512.LoadUnsafe(ref SlotAt(line));
        var other = (slots ^ Vector512.Create(Tag(hash))) & Vector512.Create(~_mask);
        uint empty = (uint)Vector512.Equals(slots, Vector512<uint>.Zero).ExtractMostSignificantBits();
        uint alike = (uint)Vector512.Equals(other, Vector512<uint>.Zero).ExtractMostSignificantBits();
        return (alike & ~empty, empty);
    }

    /// <summary>The position in the lowest of some slots of a line.</summary>
    /// <param name="slots">At least one, and none that is empty.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly uint Position(uint line, uint slots) =>
        (SlotAt(line + (uint)BitOperations.TrailingZeroCount(slots)) & _mask) - 1;

    /// <summary>Enters a state; there must be room.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Enter(int position, ulong hash)
    {
        uint line = FirstLine(hash);
        uint empty;
        while ((empty = Look(line, hash).Empty) == 0)
            line = NextLine(line);
        SlotAt(line + (uint)BitOperations.TrailingZeroCount(empty)) = (Tag(hash) & ~_mask) | (uint)(position + 1);
    }

    private static uint Tag(ulong hash) => (uint)(hash >> TagShift);

    // A slot is masked by the size of the index and needs no check.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly ref uint SlotAt(uint slot) =>
        ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_slots), (nint)(uint)_start + (nint)slot);
}
