using Orleans.Mmu.Arm.Descriptors;

namespace Orleans.Mmu.Arm.BreakBeforeMake;

/// <summary>
/// What the attribute bits in which two leaf descriptors differ mean for break-before-make (R_WHZWS).
/// </summary>
public static class LeafDifferences
{
    // AttrIndx and NS of stage 1, MemAttr of stage 2.
    private const ulong MemoryTypeBits = 0xfUL << 2;
    private const ulong ShareabilityBits = 3UL << 8;

    /// <summary>
    /// The differences of two leaves in memory type, in being global, and in permission. The access flag is none: an
    /// entry without it is not cached (I_WZCBG). nT is none, and neither are bits 63:59, which the walk ignores or
    /// passes on.
    /// </summary>
    /// <param name="attributes">
    /// The exclusive or of both leaves in the bits that are neither type nor output address. Where bits 9:8 hold a part
    /// of the output address (FEAT_LPA2), they are 0 here.
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
