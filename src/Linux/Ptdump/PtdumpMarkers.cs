using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Linux.Layout;

namespace Orleans.Mmu.Linux.Ptdump;

/// <summary>A named boundary of the kernel's address space, as ptdump prints it.</summary>
public readonly record struct PtdumpMarker(VirtualAddress Address, string Name);

/// <summary>
/// The boundaries that follow from VA bits and granule (arm64's memory.h since 6.9, without KASAN, with a struct page
/// of 64 bytes). The start of the fixmap depends on the kernel's configuration, so that marker is missing.
/// </summary>
public static class PtdumpMarkers
{
    public const string LinearStart = "Linear Mapping start";
    public const string LinearEnd = "Linear Mapping end";

    private const ulong M = 1UL << 20;
    private const int StructPageShift = 6;

    public static IReadOnlyList<PtdumpMarker> Of(TranslationGeometry geometry)
    {
        var pageEnd = LinearMapLayout.EndOf(geometry);
        var vmemmapEnd = FromTop(1024 * M);
        // vmemmap ends there; it has a struct page for each page of the linear map's room.
        var vmemmap =
            FromTop(1024 * M + ((pageEnd - geometry.UpperHalfStart) >> geometry.Granule.PageShift << StructPageShift));
        return
        [
            new(geometry.UpperHalfStart, LinearStart), new(pageEnd, LinearEnd),
            new(pageEnd, "Modules start"), new(pageEnd + 2048 * M, "Modules end"),
            new(pageEnd + 2048 * M, "vmalloc() area"), new(new(vmemmap.Value - 8 * M), "vmalloc() end"),
            new(vmemmap, "vmemmap start"), new(vmemmapEnd, "vmemmap end"),
            new(vmemmapEnd + 8 * M, "PCI I/O start"), new(vmemmapEnd + 24 * M, "PCI I/O end"),
            new(FromTop(8 * M), "Fixmap end"),
        ];
    }

    private static VirtualAddress FromTop(ulong bytes) => new(unchecked(0 - bytes));
}
