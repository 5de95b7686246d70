using Orleans.Mmu.Arm.Descriptors;

namespace Orleans.Mmu.Arm.BreakBeforeMake;

/// <summary>
/// Classifies the attribute bits in which two leaf descriptors differ, as break-before-make does (R_WHZWS).
/// </summary>
public static class LeafDifferences
{
    // AttrIndx and NS of stage 1, MemAttr of stage 2.
    private const ulong MemoryTypeBits = 0xfUL << 2;
    private const ulong AttrIndexBits = 7UL << 2;

    // Write-back, read- and write-allocate, inner and outer; the second with Allocation Tags (FEAT_MTE2).
    private const byte Normal = 0xff;
    private const byte NormalTagged = 0xf0;
    private const ulong ShareabilityBits = 3UL << 8;

    /// <summary>
    /// How two leaves differ in memory type, in nG and in permission. Three things are no difference: the access flag,
    /// because an entry without it is not cached (I_WZCBG); nT; and bits 63:59, which the walk ignores or passes on.
    /// </summary>
    /// <param name="attributes">
    /// The exclusive or of the two leaves, restricted to the bits that are neither type nor output address. Where bits
    /// 9:8 hold a part of the output address (FEAT_LPA2), they are 0 here.
    /// </param>
    /// <param name="hasNotGlobal">Whether bit 11 is nG, which it is in stage 1 of EL1&amp;0.</param>
    public static OverlapDifference Of(ulong attributes, bool hasNotGlobal = true)
    {
        var difference = OverlapDifference.None;
        if (hasNotGlobal && (attributes & Descriptor.NotGlobalBit) != 0)
            difference |= OverlapDifference.Global;
        if ((attributes & (MemoryTypeBits | ShareabilityBits)) != 0)
            difference |= OverlapDifference.MemoryType;
        if ((attributes & LeafAttributes.PermissionBits) != 0)
            difference |= OverlapDifference.Permission;
        return difference;
    }

    /// <summary>
    /// How two leaves differ, with memory types compared by what MAIR says of their indices. Normal and Normal-Tagged
    /// memory differ as permissions do: only the check of tags changes (Linux pgattr_change_is_safe).
    /// </summary>
    /// <param name="a">A leaf without its output address.</param>
    /// <param name="b">The other leaf without its output address.</param>
    /// <param name="hasNotGlobal">Whether bit 11 is nG, which it is in stage 1 of EL1&amp;0.</param>
    /// <param name="mairOfA">
    /// MAIR of the regime when the first leaf was read; null where it is not known, and indices are compared.
    /// </param>
    /// <param name="mairOfB">The same for the other leaf.</param>
    public static OverlapDifference Between(ulong a, ulong b, bool hasNotGlobal, ulong? mairOfA, ulong? mairOfB)
    {
        ulong bits = a ^ b;
        if (mairOfA is not { } typesOfA || mairOfB is not { } typesOfB)
            return Of(bits, hasNotGlobal);
        var difference = Of(bits & ~AttrIndexBits, hasNotGlobal);
        byte typeOfA = TypeOf(a, typesOfA), typeOfB = TypeOf(b, typesOfB);
        if (typeOfA == typeOfB)
            return difference;
        return difference
            | (IsNormal(typeOfA) && IsNormal(typeOfB) ? OverlapDifference.Permission : OverlapDifference.MemoryType);

        static byte TypeOf(ulong leaf, ulong types) => (byte)(types >> (int)((leaf & AttrIndexBits) >> 2) * 8);
        static bool IsNormal(byte type) => type is Normal or NormalTagged;
    }
}
