using Orleans.Mmu.Arm.Descriptors;

namespace Orleans.Mmu.Arm.BreakBeforeMake;

/// <summary>
/// Classifies the attribute bits in which two leaf descriptors differ, as break-before-make does (R_WHZWS).
/// </summary>
public static class LeafDifferences
{
    // AttrIndx and NS of stage 1, MemAttr of stage 2.
    private const ulong MemoryTypeBits = 0xfUL << 2;
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
}
