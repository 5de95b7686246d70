namespace Orleans.Mmu.Costs.AddressSpaces;

/// <summary>The mapping of a page, as far as TLB entries and the descriptors of its walk depend on it.</summary>
/// <param name="Region">The region of the address space.</param>
/// <param name="Log2">log2 of the bytes of its block, contiguous group or page.</param>
/// <param name="Page">Address / 4 KB.</param>
/// <param name="ScatteredPage">
/// Address / 4 KB for walks. A scattered page has another address here, far from its neighbours; otherwise it equals
/// Page.
/// </param>
/// <param name="PageLog2">log2 of the granule's page.</param>
/// <param name="IsMapped">False where nothing maps it; it then counts as a single page.</param>
public readonly record struct MappedPage(
    KernelRegion Region, int Log2, ulong Page, ulong ScatteredPage, int PageLog2, bool IsMapped = true)
{
    /// <summary>
    /// The key of a TLB entry: the index of the 2^<paramref name="log2"/> bytes that the entry covers, and in the six
    /// bits below it their size. The key of a single page's entry does not depend on the page's place.
    /// </summary>
    /// <param name="log2">log2 of the entry's bytes; at most that of the leaf.</param>
    public ulong Key(int log2)
    {
        int shift = log2 - PageSizes.MinLog2;
        return ((log2 <= PageLog2 ? Page : ScatteredPage) >> shift << 6) | (uint)shift;
    }
}
