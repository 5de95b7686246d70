using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Linux.LinearMap;

/// <summary>
/// The position of the linear map: PAGE_OFFSET, PAGE_END, and the PA at PAGE_OFFSET (arm64_memblock_init).
/// </summary>
public sealed class LinearMapLayout
{
    private LinearMapLayout(TranslationGeometry geometry, PhysicalAddress physicalOffset)
    {
        Geometry = geometry;
        PhysicalOffset = physicalOffset;
    }

    public TranslationGeometry Geometry { get; }

    /// <summary>The PA that PAGE_OFFSET maps.</summary>
    public PhysicalAddress PhysicalOffset { get; }

    /// <summary>_PAGE_OFFSET(vabits_actual): −2^VaBits.</summary>
    public VirtualAddress PageOffset => Geometry.UpperHalfStart;

    /// <summary>PAGE_END.</summary>
    public VirtualAddress PageEnd => EndOf(Geometry);

    /// <summary>The bytes between PAGE_OFFSET and PAGE_END.</summary>
    public ulong Room => PageEnd - PageOffset;

    /// <summary>
    /// PAGE_END: −2^(VA_BITS_MIN − 1). VA_BITS_MIN is at most 48, and 47 in a 52-bit kernel with 16K pages.
    /// </summary>
    public static VirtualAddress EndOf(TranslationGeometry geometry)
    {
        int bits = geometry.VaBits <= 48 ? geometry.VaBits : geometry.Granule == Granule.K16 ? 47 : 48;
        return new(ulong.MaxValue << (bits - 1));
    }

    /// <summary>ARM64_MEMSTART_ALIGN: 1G with 4K and 16K pages, 512M with 64K.</summary>
    public static ulong Alignment(Granule granule) => granule == Granule.K64 ? 1UL << 29 : 1UL << 30;

    /// <summary>KFENCE_POOL_SIZE with Debian's 255 objects: two pages for each, and two more.</summary>
    public static ulong KfencePoolSize(Granule granule) => 512 * granule.PageSize;

    /// <summary>
    /// The layout of a machine; PhysicalOffset as the file gives it, or derived from the start of memory.
    /// </summary>
    public static LinearMapLayout Of(MachineDescription machine)
    {
        var first = MemoryRange.Merge(machine.Memory)[0].Start;
        return new(machine.Geometry, machine.PhysicalOffset ?? first.AlignDown(Alignment(machine.Geometry.Granule)));
    }

    /// <summary>__phys_to_virt().</summary>
    public VirtualAddress ToVirtual(PhysicalAddress pa) => PageOffset + (pa - PhysicalOffset);

    /// <summary>__virt_to_phys() for an address of the linear map.</summary>
    public PhysicalAddress ToPhysical(VirtualAddress va) => PhysicalOffset + (va - PageOffset);

    /// <summary>
    /// memblock.memory as map_mem() sees it: whole pages (early_init_dt_add_memory_arch rounds inwards), adjacent
    /// ranges joined, and nothing beyond the room of the map.
    /// </summary>
    public IReadOnlyList<MemoryRange> Memory(MachineDescription machine)
    {
        ulong page = Geometry.Granule.PageSize;
        // Compares distances from the offset, because a randomised offset may lie below address 0.
        var pages = MemoryRange.Merge(machine.Memory)
            .Where(r => r.Start - PhysicalOffset < Room)
            .Select(r => r.Length <= Room - (r.Start - PhysicalOffset) ? r : r with { End = PhysicalOffset + Room })
            .Select(r => new MemoryRange(r.Start.AlignUp(page), r.End.AlignDown(page)));
        return MemoryRange.Subtract(MemoryRange.Merge(pages), machine.NoMap);
    }
}
