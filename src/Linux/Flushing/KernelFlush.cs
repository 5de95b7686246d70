using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Linux.LinearMap;

namespace Orleans.Mmu.Linux.Flushing;

/// <summary>flush_tlb_kernel_range(): last level, every ASID, every CPU.</summary>
internal static class KernelFlush
{
    /// <summary>
    /// TLBI VAALE1IS over the pages of a range. From as many pages as a table has entries (MAX_DVM_OPS), TLBI
    /// VMALLE1IS, which is cheaper than an instruction for each page. If every CPU has FEAT_TLBIRANGE, Linux uses
    /// ranges for far more pages; the model does what every machine does.
    /// </summary>
    /// <param name="range">A nonempty range; it is widened to whole pages.</param>
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
    /// The invalidation before unlinked tables are freed: every level, walk caches included
    /// (__flush_tlb_kernel_pgtable).
    /// </summary>
    public static TlbiOperation Tables(LinearRange range, TranslationGeometry geometry)
    {
        var leaves = Of(range, geometry);
        return leaves.ByAddress ? leaves with { Scope = TlbiScope.VaAllAsids } : leaves;
    }
}
