namespace Orleans.Mmu.Costs.AddressSpaces;

/// <summary>How a page is mapped: what a TLB entry and the descriptors of its walk cover.</summary>
/// <param name="Region">The part of the address space.</param>
/// <param name="Log2">log2 of the bytes of its block, contiguous group or page.</param>
/// <param name="Page">Address / 4 KB.</param>
/// <param name="Place">The same where the page lives alone: a place of its own, far from its neighbours; else as Page.</param>
/// <param name="PageLog2">log2 of the granule's page.</param>
/// <param name="IsMapped">False where nothing maps it, and it counts as a single page.</param>
public readonly record struct MappedPage(KernelRegion Region, int Log2, ulong Page, ulong Place, int PageLog2, bool IsMapped = true)
{
    /// <summary>
    /// What tells apart the entries of a TLB: the number of the 2^<paramref name="log2"/> bytes that an entry covers, and
    /// in the six bits below it their size. An entry for a single page is the same wherever the page lives.
    /// </summary>
    /// <param name="log2">log2 of the entry's bytes; at most what maps the page.</param>
    public ulong Key(int log2)
    {
        int shift = log2 - PageSizes.MinLog2;
        return ((log2 <= PageLog2 ? Page : Place) >> shift << 6) | (uint)shift;
    }
}
