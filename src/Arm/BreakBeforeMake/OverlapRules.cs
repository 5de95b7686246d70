using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.TlbEntries;

namespace Orleans.Mmu.Arm.BreakBeforeMake;

/// <summary>The architecture's rules for two TLB entries that answer for the same address.</summary>
public static class OverlapRules
{
    /// <summary>
    /// How two overlapping entries differ; <see cref="OverlapDifference.None"/> if they are one translation.
    /// </summary>
    public static OverlapDifference Differences(TranslationGeometry geometry, in TlbEntry a, in TlbEntry b)
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
        if (a.Translate(common) != b.Translate(common))
            difference |= OverlapDifference.OutputAddress;
        ulong changed =
            a.Descriptor.Attributes(geometry, a.Level).Bits ^ b.Descriptor.Attributes(geometry, b.Level).Bits;
        difference |= LeafDifferences.Of(changed);
        return difference;
    }

    /// <summary>What a CPU of a BBM level may do with two overlapping entries.</summary>
    public static OverlapVerdict Judge(TranslationGeometry geometry, BbmLevel level, in TlbEntry a, in TlbEntry b) =>
        BbmMatrix.Judge(level, Differences(geometry, a, b), ntBlock: IsNtBlock(a) || IsNtBlock(b));

    // Bit 16 of a page or table descriptor is a bit of its address (I_PJZBK).
    private static bool IsNtBlock(in TlbEntry entry) =>
        !entry.IsTable && !entry.Level.IsLast && entry.Descriptor.NoTranslation;
}
