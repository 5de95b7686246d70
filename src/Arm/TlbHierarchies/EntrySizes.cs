using System.Numerics;

namespace Orleans.Mmu.Arm.TlbHierarchies;

/// <summary>
/// Which sizes an entry of a TLB can have. What is mapped with another size is kept in pieces of the next smaller one.
/// </summary>
/// <param name="Bits">Bit n stands for 2^n bytes.</param>
public readonly record struct EntrySizes(ulong Bits)
{
    /// <summary>Every size.</summary>
    public static EntrySizes Any { get; } = new(ulong.MaxValue);

    /// <param name="log2">log2 of bytes of each size.</param>
    public static EntrySizes Of(params ReadOnlySpan<int> log2)
    {
        ulong bits = 0;
        foreach (int size in log2)
            bits |= 1UL << size;
        return new(bits);
    }

    /// <summary>
    /// log2 of the bytes that an entry covers of what is mapped with 2^<paramref name="log2"/> bytes; at least 4 KB.
    /// </summary>
    public int Piece(int log2)
    {
        ulong usable = Bits & ((2UL << log2) - 1);
        return usable == 0 ? 12 : Math.Max(63 - BitOperations.LeadingZeroCount(usable), 12);
    }
}
