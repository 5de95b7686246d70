namespace Orleans.Mmu.Linux;

/// <summary>How a page is mapped: what a TLB entry and the descriptors of its walk cover.</summary>
/// <param name="Region">The part of the address space.</param>
/// <param name="Log2">log2 of the bytes of its block, contiguous group or page.</param>
/// <param name="Page">Address / 4 KB.</param>
/// <param name="Place">The same where the page lives alone: a place of its own, far from its neighbours; else as Page.</param>
public readonly record struct MappedPage(KernelRegion Region, int Log2, ulong Page, ulong Place)
{
    /// <summary>
    /// What tells apart the entries of a TLB: the number of the 2^<paramref name="log2"/> bytes that an entry covers, and
    /// in the six bits below it their size.
    /// </summary>
    /// <param name="log2">log2 of the entry's bytes; at most what maps the page.</param>
    public ulong Key(int log2) => log2 == PageSizes.MinLog2 ? Page << 6 : (Place >> (log2 - PageSizes.MinLog2) << 6) | (uint)(log2 - PageSizes.MinLog2);
}
