using System.Runtime.CompilerServices;

namespace Orleans.Mmu.Costs.AddressSpaces;

/// <summary>
/// The address-space layout of the kernel that the traces were recorded from: 48-bit VA, 4K pages, nokaslr. A page's
/// number is address / 4 KB, 52 bits.
/// </summary>
internal static class TracedKernel
{
    private const ulong Linear = 0xffff_0000_0000_0;
    private const ulong Vmalloc = 0xffff_8000_0000_0;
    private const ulong Image = 0xffff_8000_0800_0;
    private const ulong ImageEnd = 0xffff_8000_0a40_0;
    private const ulong Vmemmap = 0xffff_fc00_0000_0;

    /// <summary>Bits of a page's number.</summary>
    public const ulong PageMask = (1UL << 52) - 1;

    /// <summary>
    /// False for an address that is neither user space's nor within the kernel's 48 bits: a walk would fault.
    /// </summary>
    public static bool IsTranslated(ulong page) => page < 1UL << 51 || page >= Linear;

    /// <summary>True for pages with bit 63 of their addresses clear.</summary>
    public static bool IsUser(ulong page) => page < 1UL << 51;

    public static KernelRegion RegionOf(ulong page) => page switch
    {
        < 1UL << 51 => KernelRegion.User,
        < Vmalloc => KernelRegion.Linear,
        >= Vmemmap => KernelRegion.Vmemmap,
        >= Image and < ImageEnd => KernelRegion.Image,
        _ => KernelRegion.Vmalloc,
    };

    /// <summary>
    /// The page that stands for all pages of the image that one TLB entry covers; any other page stands for itself.
    /// </summary>
    /// <param name="mask">Bits of a page's number that distinguish entries.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong FirstOfImage(ulong page, ulong mask) => page - Image < ImageEnd - Image ? page & mask : page;

    /// <summary>Offset of a page of the linear map from PAGE_OFFSET, in pages.</summary>
    public static ulong LinearOffset(ulong page) => page - Linear;
}
