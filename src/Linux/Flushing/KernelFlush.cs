using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Linux.LinearMap;

namespace Orleans.Mmu.Linux.Flushing;

/// <summary>flush_tlb_kernel_range(): last level, every ASID, everywhere.</summary>
public static class KernelFlush
{
    /// <summary>
    /// TLBI VAALE1IS over the pages of a range; TLBI VMALLE1IS where they are as many as a table has entries
    /// (MAX_DVM_OPS), for that is cheaper than an instruction for each page. With FEAT_TLBIRANGE on every CPU Linux
    /// goes by ranges much further; the model keeps to what every machine does.
    /// </summary>
    /// <param name="range">Not empty; it is widened to whole pages.</param>
    public static TlbiOperation Of(LinearRange range, TranslationGeometry geometry)
    {
        ulong page = geometry.Granule.PageSize;
        var start = range.Start.AlignDown(page);
        ulong length = (range.End + (page - 1)).AlignDown(page) - start;
        return length >= page * (ulong)geometry.Granule.EntriesPerTable
            ? TlbiOperation.Vmalle1Is
            : new(TlbiScope.VaAllAsidsLastLevel, Broadcast: true, start, length);
    }

    /// <summary>
    /// What must go before unlinked tables are given back: every level, walk caches too (__flush_tlb_kernel_pgtable).
    /// </summary>
    public static TlbiOperation Tables(LinearRange range, TranslationGeometry geometry)
    {
        var leaves = Of(range, geometry);
        return leaves.ByAddress ? leaves with { Scope = TlbiScope.VaAllAsids } : leaves;
    }
}
