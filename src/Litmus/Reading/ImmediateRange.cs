using System.Globalization;
using System.Numerics;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Reading;

/// <summary>Which numbers A64's data-processing instructions can encode as an immediate operand.</summary>
internal static class ImmediateRange
{
    private const long MostArithmetic = 0xfff;

    /// <summary>What would be encodable instead, for an error; null where the number is.</summary>
    /// <param name="wide">Whether the instruction works on X registers.</param>
    public static string? WhyNot(LitmusOperator @operator, bool wide, long number)
    {
        int bits = wide ? 64 : 32;
        return @operator switch
        {
            LitmusOperator.ShiftLeft or LitmusOperator.ShiftRight or LitmusOperator.ShiftRightSigned =>
                number >= 0 && number < bits ? null
                : string.Create(CultureInfo.InvariantCulture, $"a shift from 0 to {bits - 1}"),
            // An assembler turns ADD of a negative number into SUB, and the other way round.
            LitmusOperator.Add or LitmusOperator.Sub => IsArithmetic(number) || (number < 0 && IsArithmetic(-number))
                ? null : "a number from 0 to 4095, or a multiple of 4096 up to 0xfff000",
            _ => IsBitmask(number, bits) ? null : "a bitmask immediate: repeated runs of ones, neither 0 nor all ones",
        };
    }

    /// <summary>What MOV could encode instead, for an error; null where the number is encodable.</summary>
    /// <param name="wide">Whether the target is an X register.</param>
    public static string? WhyNoMove(bool wide, long number)
    {
        int bits = wide ? 64 : 32;
        bool fits = wide || number == (uint)number || number == (int)number;
        // MOVZ, MOVN, or ORR of a bitmask immediate.
        return fits && (IsOneHalfword(number, bits) || IsOneHalfword(~number, bits) || IsBitmask(number, bits)) ? null
            : $"a number that one MOV to {(wide ? "an X" : "a W")} register can hold: 16 bits at a multiple of 16, the "
                + "inverse of such, or a bitmask immediate";
    }

    /// <summary>
    /// What offset LDR and STR could encode instead, or LDUR and STUR for them; null where it is encodable.
    /// </summary>
    /// <param name="wide">Whether the access is one of 8 bytes, not of 4.</param>
    public static string? WhyNoOffset(bool wide, long offset)
    {
        int size = wide ? 8 : 4;
        return offset is >= -256 and <= 255 || (offset > 0 && offset % size == 0 && offset / size <= 4095) ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"an offset from -256 to 255, or a multiple of {size} up to {4095 * size}");
    }

    /// <summary>What offset LDP and STP of X registers could encode instead; null where it is encodable.</summary>
    public static string? WhyNoPairOffset(long offset) =>
        offset % 8 == 0 && offset is >= -512 and <= 504 ? null : "an offset that is a multiple of 8 from -512 to 504";

    private static bool IsOneHalfword(long number, int bits)
    {
        ulong value = bits == 64 ? (ulong)number : (uint)number;
        int start = value == 0 ? 0 : BitOperations.TrailingZeroCount(value) / 16 * 16;
        return value >> start <= ushort.MaxValue;
    }

    private static bool IsArithmetic(long number) =>
        (number & ~MostArithmetic) == 0 || (number & ~(MostArithmetic << 12)) == 0;

    // DecodeBitMasks() of the Arm ARM: an element of 2, 4 … 64 bits, repeated, that is a rotated run of ones.
    private static bool IsBitmask(long number, int bits)
    {
        if (bits == 32 && number != (uint)number && number != (int)number)
            return false;
        ulong value = bits == 64 ? (ulong)number : ((ulong)(uint)number << 32) | (uint)number;
        if (value is 0 or ulong.MaxValue)
            return false;
        int size = 64;
        while (size > 2 && BitOperations.RotateRight(value, size / 2) == value)
            size /= 2;
        ulong mask = size == 64 ? ulong.MaxValue : (1UL << size) - 1;
        ulong element = value & mask;
        // A rotated run of ones has exactly one place where a one follows a zero.
        ulong turned = ((element << 1) | (element >> (size - 1))) & mask;
        return BitOperations.PopCount(element & ~turned) == 1;
    }
}
