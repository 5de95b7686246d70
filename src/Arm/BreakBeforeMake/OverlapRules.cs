using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.TlbEntries;

namespace Orleans.Mmu.Arm.BreakBeforeMake;

/// <summary>The architecture's rules for two TLB entries that answer for the same address.</summary>
public static class OverlapRules
{
    /// <summary>
    /// How two overlapping entries differ; <see cref="OverlapDifference.None"/> if they are one translation.
    /// </summary>
    /// <param name="sameContents">
    /// Whether memory holds the same at both output addresses. Where both entries are read-only too, an access cannot
    /// tell the addresses apart, and the output address is no difference (R_WHZWS).
    /// </param>
    public static OverlapDifference Differences(
        TranslationGeometry geometry, in TlbEntry a, in TlbEntry b, bool sameContents = false)
    {
        if (a.IsTable && b.IsTable)
        {
            // Table entries of different levels are steps of one walk. Two of one level differ if they lead to
            // different tables.
            return a.Level == b.Level && a.Output != b.Output ? OverlapDifference.OutputAddress
                : OverlapDifference.None;
        }

        if (a.IsTable || b.IsTable)
        {
            // A table entry above a leaf belongs to the walk that found the leaf; at the leaf's level it contradicts
            // the leaf (I_HYQMB).
            var table = a.IsTable ? a : b;
            var leaf = a.IsTable ? b : a;
            return table.Level >= leaf.Level ? OverlapDifference.Size : OverlapDifference.None;
        }

        var difference = OverlapDifference.None;
        if (a.Level != b.Level)
            difference |= OverlapDifference.Size;
        else if (a.IsContiguous != b.IsContiguous)
            difference |= OverlapDifference.Contiguous;
        var common = a.Start > b.Start ? a.Start : b.Start;
        var attributesOfA = a.Descriptor.Attributes(geometry, a.Level);
        var attributesOfB = b.Descriptor.Attributes(geometry, b.Level);
        bool isInvisible = sameContents && !attributesOfA.MayBeWritten && !attributesOfB.MayBeWritten;
        if (a.Translate(common) != b.Translate(common) && !isInvisible)
            difference |= OverlapDifference.OutputAddress;
        return difference | LeafDifferences.Of(attributesOfA.Bits ^ attributesOfB.Bits);
    }

    /// <summary>What a CPU of a BBM level may do with two overlapping entries.</summary>
    /// <param name="sameContents">Whether memory holds the same at both output addresses.</param>
    public static OverlapVerdict Judge(
        TranslationGeometry geometry, BbmLevel level, in TlbEntry a, in TlbEntry b, bool sameContents = false) =>
        BbmMatrix.Judge(
            level, Differences(geometry, a, b, sameContents), ntBlock: IsNtBlock(a) || IsNtBlock(b));

    // Bit 16 of a page or table descriptor is a bit of its address (I_PJZBK).
    private static bool IsNtBlock(in TlbEntry entry) =>
        !entry.IsTable && !entry.Level.IsLast && entry.Descriptor.NoTranslation;
}
