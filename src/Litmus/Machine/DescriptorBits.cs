using System.Numerics;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Machine;

/// <summary>
/// The fields of a descriptor as bits of its word (Arm ARM, "VMSAv8-64 translation table format descriptors"): valid is
/// bit 0, el0 is AP[1], read-only (the inverse of db) is AP[2], AF is bit 10, DBM is bit 51, and execute-never (the
/// inverse of x) is bit 54.
/// </summary>
internal static class DescriptorBits
{
    private const int Valid = 0, El0 = 6, ReadOnly = 7, Af = 10, Dbm = 51, ExecuteNever = 54;

    /// <summary>The bits that a mask may have.</summary>
    public const ulong Known = 1UL << Valid | 1UL << El0 | 1UL << ReadOnly | 1UL << Af | 1UL << Dbm
        | 1UL << ExecuteNever;

    /// <summary>Sets the bits of a mask.</summary>
    /// <returns>Null where the mask has other bits than <see cref="Known"/>.</returns>
    public static LitmusDescriptor? Set(LitmusDescriptor descriptor, ulong mask) => With(descriptor, mask, true);

    /// <summary>Clears the bits of a mask.</summary>
    /// <returns>Null where the mask has other bits than <see cref="Known"/>.</returns>
    public static LitmusDescriptor? Clear(LitmusDescriptor descriptor, ulong mask) => With(descriptor, mask, false);

    /// <summary>Inverts the bits of a mask.</summary>
    /// <returns>Null where the mask has other bits than <see cref="Known"/>.</returns>
    public static LitmusDescriptor? Invert(LitmusDescriptor descriptor, ulong mask) =>
        And(descriptor, mask) is { } ones ? Clear(Set(descriptor, mask & ~ones)!, ones) : null;

    /// <summary>The bits of a mask that are set in a descriptor; null where the mask has unknown bits.</summary>
    public static ulong? And(LitmusDescriptor descriptor, ulong mask)
    {
        if ((mask & ~Known) != 0)
            return null;
        ulong bits = 0;
        for (ulong left = mask; left != 0; left &= left - 1)
        {
            int bit = BitOperations.TrailingZeroCount(left);
            if (IsSet(descriptor, bit))
                bits |= 1UL << bit;
        }

        return bits;
    }

    private static LitmusDescriptor? With(LitmusDescriptor descriptor, ulong mask, bool value)
    {
        if ((mask & ~Known) != 0)
            return null;
        for (ulong left = mask; left != 0; left &= left - 1)
        {
            descriptor = BitOperations.TrailingZeroCount(left) switch
            {
                Valid => descriptor with { Valid = value },
                El0 => descriptor with { El0 = value },
                ReadOnly => descriptor with { Db = !value },
                Af => descriptor with { Af = value },
                Dbm => descriptor with { Dbm = value },
                _ => descriptor with { X = !value },
            };
        }

        return descriptor;
    }

    private static bool IsSet(LitmusDescriptor descriptor, int bit) => bit switch
    {
        Valid => descriptor.Valid,
        El0 => descriptor.El0,
        ReadOnly => !descriptor.Db,
        Af => descriptor.Af,
        Dbm => descriptor.Dbm,
        _ => !descriptor.X,
    };
}
