using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.TlbEntries;

namespace Orleans.Mmu.Arm.BreakBeforeMake;

/// <summary>The architecture's rules for two TLB entries that answer for the same address.</summary>
public static class OverlapRules
{
    /// <summary>In what two entries differ that overlap; <see cref="OverlapDifference.None"/> if they are one translation.</summary>
    public static OverlapDifference Differences(TranslationGeometry geometry, in TlbEntry a, in TlbEntry b)
    {
        if (a.IsTable && b.IsTable)
        {
            // Table entries of different levels are steps of one walk. Of one level, they differ if they lead elsewhere.
            return a.Level == b.Level && a.Output != b.Output ? OverlapDifference.OutputAddress : OverlapDifference.None;
        }

        if (a.IsTable || b.IsTable)
        {
            // A table entry above a leaf is how the walk came to it; at the leaf's own level it contradicts it (I_HYQMB).
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
        var left = a.Descriptor.Attributes(geometry, a.Level);
        var right = b.Descriptor.Attributes(geometry, b.Level);
        if (left.NotGlobal != right.NotGlobal)
            difference |= OverlapDifference.Global;
        ulong changed = (left.Bits ^ right.Bits) & ~(Descriptor.NotGlobalBit | Descriptor.NtBit);
        if ((changed & ~LeafAttributes.PermissionBits) != 0)
            difference |= OverlapDifference.MemoryType;
        else if (changed != 0)
            difference |= OverlapDifference.Permission;
        return difference;
    }

    /// <summary>What a CPU of a BBM level may do with two overlapping entries.</summary>
    public static OverlapVerdict Judge(TranslationGeometry geometry, BbmLevel level, in TlbEntry a, in TlbEntry b)
    {
        const OverlapOutcomes anything = OverlapOutcomes.OneEntry | OverlapOutcomes.ConflictAbort | OverlapOutcomes.Amalgamation;
        const OverlapOutcomes oneOrAbort = OverlapOutcomes.OneEntry | OverlapOutcomes.ConflictAbort;
        var difference = Differences(geometry, a, b);
        if ((difference & ~OverlapDifference.Permission) == 0)
            return new(difference, OverlapOutcomes.OneEntry, "R_FFWJK");
        // The relaxations of the levels are for pure changes of size and Contiguous bit (R_PVTFW).
        if ((difference & ~(OverlapDifference.Size | OverlapDifference.Contiguous | OverlapDifference.Permission)) != 0)
            return new(difference, anything, "R_FVQCK");
        bool size = (difference & OverlapDifference.Size) != 0;
        return level switch
        {
            BbmLevel.Level2NoAbort => new(difference, OverlapOutcomes.OneEntry, size ? "FEAT_BBML3" : "R_KHRBC"),
            BbmLevel.Level2 => new(difference, oneOrAbort, size ? "I_HYQMB" : "R_FCPSG"),
            BbmLevel.Level1 when !size => new(difference, oneOrAbort, "R_FCPSG"),
            BbmLevel.Level1 when IsNtBlock(a) || IsNtBlock(b) =>
                new(difference, OverlapOutcomes.OneEntry, "R_HHCXC"),
            _ when !size => new(difference, anything, "R_NGLXZ"),
            _ => new(difference, anything, "R_FVQCK"),
        };
    }

    // Bit 16 of a page or table descriptor is a bit of its address (I_PJZBK).
    private static bool IsNtBlock(in TlbEntry entry) =>
        !entry.IsTable && !entry.Level.IsLast && entry.Descriptor.NoTranslation;
}
