namespace Orleans.Mmu.Costs.AddressSpaces;

/// <summary>
/// How an address space is mapped: with which size of leaf each page. Not for several threads: it keeps where it looked last.
/// </summary>
/// <param name="linear">The linear map.</param>
/// <param name="scatterPercent">
/// How many of a hundred pages of the linear map live alone in their block of level 2 (2 MB on 4K pages): memory that has
/// been in use for long. Which they are follows from their numbers, so that it is the same in every run.
/// </param>
/// <param name="userLog2">log2 of the pages of user space; at least the granule's.</param>
public sealed class PageSizes(LinearPageSizes linear, int scatterPercent, int userLog2)
{
    /// <summary>log2 of the smallest and the largest leaf: a page, and a block of level 0 with LPA2.</summary>
    public const int MinLog2 = 12;

    /// <inheritdoc cref="MinLog2"/>
    public const int MaxLog2 = 39;

    /// <summary>log2 of the bytes of what maps the kernel's image.</summary>
    public const int ImageLog2 = 21;

    private const int VmemmapLog2 = 21;

    // Fibonacci hashing: neighbours fall far apart.
    private const ulong GoldenRatio = 0x9e37_79b9_7f4a_7c15;

    // No page's number has this bit.
    private const ulong Elsewhere = 1UL << 52;

    private readonly LinearPageSizes.Cursor _linear = linear.Begin();
    private readonly int _granule = linear.PageLog2 - MinLog2;
    private readonly int _indexBits = linear.PageLog2 - 3;

    /// <summary>log2 of the granule's page.</summary>
    public int PageLog2 => linear.PageLog2;

    /// <summary>How a page is mapped. The image and vmemmap have 2 MB blocks on 4K pages; the rest has pages.</summary>
    /// <param name="page">Address / 4 KB.</param>
    public MappedPage Of(ulong page)
    {
        var region = TracedKernel.RegionOf(page);
        return region switch
        {
            KernelRegion.Linear => OfLinear(page),
            KernelRegion.User => new(region, Math.Max(userLog2, PageLog2), page, page, PageLog2),
            // vmemmap_populate() takes blocks on 4K pages only; the image's segments are 2 MB long, in pages of 16K and 64K contiguous.
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
        // Somewhere in the level-2 block with the page's own number.
        ulong place = (number << _indexBits) | (hash >> (64 - _indexBits));
        return new(KernelRegion.Linear, log2, page, Elsewhere | ((place << _granule) & (Elsewhere - 1)), PageLog2);
    }
}
