using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Linux.LinearMap;

/// <summary>
/// Where the linear map lies: PAGE_OFFSET, PAGE_END, and which PA it begins with (arm64_memblock_init).
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

    /// <summary>Bytes that fit between the two.</summary>
    public ulong Room => PageEnd - PageOffset;

    /// <summary>
    /// PAGE_END: −2^(VA_BITS_MIN − 1), where VA_BITS_MIN is at most 48, on 16K pages of a 52-bit kernel 47.
    /// </summary>
    public static VirtualAddress EndOf(TranslationGeometry geometry)
    {
        int bits = geometry.VaBits <= 48 ? geometry.VaBits : geometry.Granule == Granule.K16 ? 47 : 48;
        return new(ulong.MaxValue << (bits - 1));
    }

    /// <summary>ARM64_MEMSTART_ALIGN: 1G on 4K and 16K pages, 512M on 64K.</summary>
    public static ulong Alignment(Granule granule) => granule == Granule.K64 ? 1UL << 29 : 1UL << 30;

    /// <summary>KFENCE_POOL_SIZE with Debian's 255 objects: two pages for each and two more.</summary>
    public static ulong KfencePoolSize(Granule granule) => 512 * granule.PageSize;

    /// <summary>The layout of a machine; PhysicalOffset as given, or derived from where memory starts.</summary>
    public static LinearMapLayout Of(MachineDescription machine)
    {
        var first = MemoryRange.Merge(machine.Memory)[0].Start;
        return new(machine.Geometry, machine.PhysicalOffset ?? first.AlignDown(Alignment(machine.Geometry.Granule)));
    }

    /// <summary>__phys_to_virt().</summary>
    public VirtualAddress ToVirtual(PhysicalAddress pa) => PageOffset + (pa - PhysicalOffset);

    /// <summary>__virt_to_phys() of an address of the linear map.</summary>
    public PhysicalAddress ToPhysical(VirtualAddress va) => PhysicalOffset + (va - PageOffset);

    /// <summary>
    /// memblock.memory as the map sees it: whole pages (early_init_dt_add_memory_arch rounds inwards), ranges that
    /// touch joined, nothing beyond the room.
    /// </summary>
    public IReadOnlyList<MemoryRange> Memory(MachineDescription machine)
    {
        ulong page = Geometry.Granule.PageSize;
        // By distance: a randomised offset may lie below address 0.
        var pages = MemoryRange.Merge(machine.Memory)
            .Where(r => r.Start - PhysicalOffset < Room)
            .Select(r => r.Length <= Room - (r.Start - PhysicalOffset) ? r : r with { End = PhysicalOffset + Room })
            .Select(r => new MemoryRange(r.Start.AlignUp(page), r.End.AlignDown(page)));
        return MemoryRange.Subtract(MemoryRange.Merge(pages), machine.NoMap);
    }
}
