namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// An input address of a tree. It is followed in the 56 bits that a TLBI by address names; messages give an address of
/// the upper half in 64 bits, as the kernel writes it.
/// </summary>
internal static class InputAddress
{
    private const int Bits = 56;

    /// <summary>The bits that are followed.</summary>
    public const ulong Mask = (1UL << Bits) - 1;

    public static string Text(ulong address) => $"0x{(ulong)((long)(address << (64 - Bits)) >> (64 - Bits)):x}";
}
