using Orleans.Mmu.Arm.BreakBeforeMake;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>Why a change of a live descriptor, or a contiguous group, is illegal, in words with Arm's label.</summary>
internal static class LiveChangeReason
{
    /// <summary>Why a member of a contiguous group contradicts the others.</summary>
    public static string OfGroup(OverlapDifference difference)
    {
        bool Has(OverlapDifference what) => (difference & what) != 0;
        return (Has(OverlapDifference.OutputAddress) ? "they do not map one aligned range"
            : Has(OverlapDifference.MemoryType) ? "memory type, cacheability or shareability differ"
            : Has(OverlapDifference.Global) ? "some are global, others are not"
            : Has(OverlapDifference.Contiguous) ? "some carry the Contiguous bit, others do not (R_QTRPM)"
            : "attributes differ, which level 0 must not see") + " (R_NGLXZ)";
    }

    public static string Of(
        ulong old, ulong? oldTable, ulong changed, ulong? newTable, BbmLevel level, OverlapDifference difference)
    {
        bool Has(OverlapDifference what) => (difference & what) != 0;
        if (oldTable is not null && newTable is not null)
            return "another table, which no level allows live (R_WHZWS)";
        if (Has(OverlapDifference.Size))
        {
            string what = newTable is not null ? "a block becomes a table" : "a table becomes a block";
            if (level == BbmLevel.Level0)
                return $"{what}, which level 0 must not see live (R_FVQCK)";
            if (Has(OverlapDifference.OutputAddress | OverlapDifference.Global | OverlapDifference.MemoryType))
            {
                return $"{what}, and its entries translate or are typed otherwise: "
                    + "the levels are for a change of size alone (R_PVTFW)";
            }

            return $"{what} without nT, which level 1 needs (R_FVQCK)";
        }

        if (Has(OverlapDifference.OutputAddress))
            return "another output address (R_WHZWS, R_PVTFW)";
        if (Has(OverlapDifference.Global))
        {
            return ((changed & ~old) >> 11 & 1) != 0
                ? "global becomes non-global (R_WHZWS)" : "non-global becomes global (R_WHZWS)";
        }

        return Has(OverlapDifference.MemoryType) ? "another memory type, cacheability or shareability (R_WHZWS)"
            : "the Contiguous bit, which level 0 must not see half changed (R_QTRPM, R_NGLXZ)";
    }
}
