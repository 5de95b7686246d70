using System.Numerics;

namespace Orleans.Mmu.Arm.TlbHierarchies;

/// <summary>
/// The sizes that an entry of a TLB can have. A mapping of another size is held in pieces of the next smaller size.
/// </summary>
/// <param name="Bits">Bit n set means that an entry may cover 2^n bytes.</param>
public readonly record struct EntrySizes(ulong Bits)
{
    /// <summary>Every size.</summary>
    public static EntrySizes Any { get; } = new(ulong.MaxValue);

    /// <param name="log2">log2 of each size in bytes.</param>
    public static EntrySizes Of(params ReadOnlySpan<int> log2)
    {
        ulong bits = 0;
        foreach (int size in log2)
            bits |= 1UL << size;
        return new(bits);
    }

    /// <summary>
    /// log2 of the bytes that one entry covers of a mapping of 2^<paramref name="log2"/> bytes; at least that of 4 KB.
    /// </summary>
    public int Piece(int log2)
    {
        ulong usable = Bits & ((2UL << log2) - 1);
        return usable == 0 ? 12 : Math.Max(63 - BitOperations.LeadingZeroCount(usable), 12);
    }
}
