using System.Globalization;

namespace Orleans.Mmu.Arm.Addresses;

/// <summary>
/// A 64-bit virtual address in bytes. Bit 55 selects the half: set means the half that TTBR1 translates. As the first
/// address behind a range, 0 stands for 2^64.
/// </summary>
public readonly record struct VirtualAddress(ulong Value) : IComparable<VirtualAddress>
{
    /// <summary>True in the half that TTBR1_EL1 translates.</summary>
    public bool IsUpperHalf => (Value >> 55 & 1) != 0;

    public static VirtualAddress operator +(VirtualAddress a, ulong bytes) => new(unchecked(a.Value + bytes));

    /// <summary>The distance in bytes, modulo 2^64.</summary>
    public static ulong operator -(VirtualAddress a, VirtualAddress b) => unchecked(a.Value - b.Value);

    public static bool operator <(VirtualAddress a, VirtualAddress b) => a.Value < b.Value;
    public static bool operator >(VirtualAddress a, VirtualAddress b) => a.Value > b.Value;
    public static bool operator <=(VirtualAddress a, VirtualAddress b) => a.Value <= b.Value;
    public static bool operator >=(VirtualAddress a, VirtualAddress b) => a.Value >= b.Value;

    /// <param name="size">A power of two, in bytes.</param>
    public VirtualAddress AlignDown(ulong size) => new(Value & ~(size - 1));

    /// <param name="size">A power of two, in bytes.</param>
    public bool IsAligned(ulong size) => (Value & (size - 1)) == 0;

    public int CompareTo(VirtualAddress other) => Value.CompareTo(other.Value);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"0x{Value:x16}");
}
