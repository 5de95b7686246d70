namespace Orleans.Mmu.Costs.AddressSpaces;

/// <summary>
/// The leaf size and region of every page of an address space. Not thread-safe: it keeps the position of its last
/// look-up.
/// </summary>
/// <param name="linear">The linear map.</param>
/// <param name="scatterPercent">
/// Percentage of pages of the linear map that are scattered: each is alone in its block of level 2 (2 MB on 4K pages),
/// as in memory that has been in use for long. A hash of the page's number selects them, so every run selects the same
/// ones.
/// </param>
/// <param name="userLog2">log2 of the pages of user space; at least the granule's.</param>
public sealed class PageSizes(LinearPageSizes linear, int scatterPercent, int userLog2)
{
    /// <summary>log2 of the smallest and the largest leaf: a page, and a block of level 0 with LPA2.</summary>
    public const int MinLog2 = 12;

    /// <inheritdoc cref="MinLog2"/>
    public const int MaxLog2 = 39;

    /// <summary>log2 of the bytes of the leaves that map the kernel's image.</summary>
    public const int ImageLog2 = 21;

    private const int VmemmapLog2 = 21;

    // Fibonacci hashing: it spreads neighbouring pages far apart.
    private const ulong GoldenRatio = 0x9e37_79b9_7f4a_7c15;

    // A bit above every page number; it marks places of scattered pages.
    private const ulong Elsewhere = 1UL << 52;

    private readonly LinearPageSizes.Cursor _linear = linear.Begin();
    private readonly int _granule = linear.PageLog2 - MinLog2;
    private readonly int _indexBits = linear.PageLog2 - 3;

    /// <summary>log2 of the granule's page.</summary>
    public int PageLog2 => linear.PageLog2;

    /// <summary>
    /// The mapping of a page. On 4K pages the image and vmemmap have 2 MB blocks; other regions besides the linear map
    /// have pages.
    /// </summary>
    /// <param name="page">Address / 4 KB.</param>
    public MappedPage Of(ulong page)
    {
        var region = TracedKernel.RegionOf(page);
        return region switch
        {
            KernelRegion.Linear => OfLinear(page),
            KernelRegion.User => new(region, Math.Max(userLog2, PageLog2), page, page, PageLog2),
            // vmemmap_populate() uses blocks on 4K pages only. The image's segments are 2 MB long; on 16K and 64K pages
            // they are mapped in contiguous pages.
            KernelRegion.Image => new(region, ImageLog2, page, page, PageLog2),
            KernelRegion.Vmemmap when _granule == 0 => new(region, VmemmapLog2, page, page, PageLog2),
            _ => new(region, PageLog2, page, page, PageLog2),
        };
    }

    private MappedPage OfLinear(ulong page)
    {
        int log2 = _linear.Log2Of(TracedKernel.LinearOffset(page));
        if (log2 == 0)
            return new(KernelRegion.Linear, PageLog2, page, page, PageLog2, IsMapped: false);
        ulong number = page >> _granule;
        ulong hash = number * GoldenRatio;
        if ((hash >> 32) * 100 >> 32 >= (ulong)scatterPercent)
            return new(KernelRegion.Linear, log2, page, page, PageLog2);
        // A hashed position in the level-2 block whose number is the page's own number, so that no other page is near.
        ulong place = (number << _indexBits) | (hash >> (64 - _indexBits));
        return new(KernelRegion.Linear, log2, page, Elsewhere | ((place << _granule) & (Elsewhere - 1)), PageLog2);
    }
}
