using System.Runtime.CompilerServices;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Linux.Layout;

/// <summary>
/// The position of the linear map: PAGE_OFFSET, PAGE_END, and the PA at PAGE_OFFSET (arm64_memblock_init).
/// </summary>
public sealed class LinearMapLayout
{
    // Every CPU of a machine asks for its layout, and a machine may have thousands of both CPUs and ranges.
    private static readonly ConditionalWeakTable<MachineDescription, LinearMapLayout> Known = [];

    private LinearMapLayout(TranslationGeometry geometry, BootMemory boot) => (Geometry, Boot) = (geometry, boot);

    public TranslationGeometry Geometry { get; }

    /// <summary>The memory that the kernel keeps at boot.</summary>
    public BootMemory Boot { get; }

    /// <summary>The PA that PAGE_OFFSET maps.</summary>
    public PhysicalAddress PhysicalOffset => Boot.PhysicalOffset;

    /// <summary>_PAGE_OFFSET(vabits_actual): −2^VaBits.</summary>
    public VirtualAddress PageOffset => Geometry.UpperHalfStart;

    /// <summary>PAGE_END.</summary>
    public VirtualAddress PageEnd => EndOf(Geometry);

    /// <summary>The bytes between PAGE_OFFSET and PAGE_END.</summary>
    public ulong Room => RoomOf(Geometry);

    /// <summary>The bytes between PAGE_OFFSET and PAGE_END.</summary>
    public static ulong RoomOf(TranslationGeometry geometry) => EndOf(geometry) - geometry.UpperHalfStart;

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

    /// <summary>The layout of a machine; PhysicalOffset as the file gives it, or derived from memory.</summary>
    public static LinearMapLayout Of(MachineDescription machine) =>
        Known.GetValue(machine, static m => new(m.Geometry, BootMemory.Of(m)));

    /// <summary>__phys_to_virt().</summary>
    public VirtualAddress ToVirtual(PhysicalAddress pa) => PageOffset + (pa - PhysicalOffset);

    /// <summary>__virt_to_phys() for an address of the linear map.</summary>
    public PhysicalAddress ToPhysical(VirtualAddress va) => PhysicalOffset + (va - PageOffset);

    /// <summary>
    /// memblock.memory as map_mem() sees it: whole pages (early_init_dt_add_memory_arch rounds inwards), adjacent
    /// ranges joined, and nothing that the kernel removed at boot.
    /// </summary>
    public IReadOnlyList<MemoryRange> Memory(MachineDescription machine)
    {
        ulong page = Geometry.Granule.PageSize;
        var pages = Boot.Ranges.Select(r => new MemoryRange(r.Start.AlignUp(page), r.End.AlignDown(page)));
        return MemoryRange.Subtract(MemoryRange.Merge(pages), machine.NoMap);
    }
}
