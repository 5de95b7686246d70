using System.Runtime.CompilerServices;

namespace Orleans.Mmu.Exploration.Search;

/// <summary>A packed state of 32 bytes; a system uses as many bits as it needs, from bit 0.</summary>
[InlineArray(Words)]
public struct Bits256 : IEquatable<Bits256>
{
    public const int Words = 4;

    /// <summary>The number of bits.</summary>
    public const int Capacity = Words * 64;

    private ulong _word;

    public readonly bool Equals(Bits256 other) =>
        this[0] == other[0] && this[1] == other[1] && this[2] == other[2] && this[3] == other[3];

    public override readonly bool Equals(object? obj) => obj is Bits256 other && Equals(other);

    public static bool operator ==(in Bits256 a, in Bits256 b) => a.Equals(b);

    public static bool operator !=(in Bits256 a, in Bits256 b) => !a.Equals(b);

    public override readonly int GetHashCode() => HashCode.Combine(this[0], this[1], this[2], this[3]);
}

/// <summary>Writes the fields of a packed state one after another.</summary>
public ref struct BitWriter(ref Bits256 bits)
{
    private readonly ref Bits256 _bits = ref bits;
    private int _at;

    /// <param name="width">1 to 32 bits; the value must fit.</param>
    public void Put(uint value, int width)
    {
        int shift = _at & 63;
        _bits[_at >> 6] |= (ulong)value << shift;
        if (shift + width > 64)
            _bits[(_at >> 6) + 1] |= (ulong)value >> (64 - shift);
        _at += width;
    }
}

/// <summary>Reads fields in the order in which <see cref="BitWriter"/> wrote them.</summary>
public ref struct BitReader(ref readonly Bits256 bits)
{
    private readonly ref readonly Bits256 _bits = ref bits;
    private int _at;

    public uint Take(int width)
    {
        int shift = _at & 63;
        ulong value = _bits[_at >> 6] >> shift;
        if (shift + width > 64)
            value |= _bits[(_at >> 6) + 1] << (64 - shift);
        _at += width;
        return (uint)(value & ((1UL << width) - 1));
    }
}
