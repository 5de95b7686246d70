using Orleans.Mmu.Arm;

namespace Orleans.Mmu.Linux;

/// <summary>flush_tlb_kernel_range(): last level, every ASID, everywhere.</summary>
public static class KernelFlush
{
    /// <summary>
    /// TLBI VAALE1IS over a range; TLBI VMALLE1IS where the range has as many pages as a table has entries (MAX_DVM_OPS),
    /// for that is cheaper.
    /// </summary>
    public static TlbiOperation Of(LinearRange range, TranslationGeometry geometry)
    {
        ulong length = range.End - range.Start;
        return length >= geometry.Granule.PageSize * (ulong)geometry.Granule.EntriesPerTable
            ? TlbiOperation.Vmalle1Is
            : new(TlbiScope.VaAllAsidsLastLevel, Broadcast: true, range.Start, length);
    }

    /// <summary>What must go before unlinked tables are given back: every level, walk caches too (__flush_tlb_kernel_pgtable).</summary>
    public static TlbiOperation Tables(LinearRange range, TranslationGeometry geometry)
    {
        var leaves = Of(range, geometry);
        return leaves.ByAddress ? leaves with { Scope = TlbiScope.VaAllAsids } : leaves;
    }
}
