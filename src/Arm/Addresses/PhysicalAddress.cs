using System.Globalization;

namespace Orleans.Mmu.Arm.Addresses;

/// <summary>A physical address in bytes; at most 52 bits are implemented (FEAT_LPA, FEAT_LPA2).</summary>
public readonly record struct PhysicalAddress(ulong Value) : IComparable<PhysicalAddress>
{
    /// <summary>The most bits of a physical address that an implementation has.</summary>
    public const int MaxBits = 52;

    public static PhysicalAddress operator +(PhysicalAddress a, ulong bytes) => new(unchecked(a.Value + bytes));

    /// <summary>The distance in bytes, modulo 2^64.</summary>
    public static ulong operator -(PhysicalAddress a, PhysicalAddress b) => unchecked(a.Value - b.Value);

    public static bool operator <(PhysicalAddress a, PhysicalAddress b) => a.Value < b.Value;
    public static bool operator >(PhysicalAddress a, PhysicalAddress b) => a.Value > b.Value;
    public static bool operator <=(PhysicalAddress a, PhysicalAddress b) => a.Value <= b.Value;
    public static bool operator >=(PhysicalAddress a, PhysicalAddress b) => a.Value >= b.Value;

    /// <param name="size">A power of two, in bytes.</param>
    public PhysicalAddress AlignDown(ulong size) => new(Value & ~(size - 1));

    /// <param name="size">A power of two, in bytes.</param>
    public PhysicalAddress AlignUp(ulong size) => new((Value + size - 1) & ~(size - 1));

    /// <param name="size">A power of two, in bytes.</param>
    public bool IsAligned(ulong size) => (Value & (size - 1)) == 0;

    public int CompareTo(PhysicalAddress other) => Value.CompareTo(other.Value);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"0x{Value:x}");
}
