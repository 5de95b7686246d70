using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Geometry;

namespace Orleans.Mmu.Linux.Kernels;

/// <summary>The position of the kernel image in physical memory; the names are the linker script's.</summary>
/// <param name="Text">_text.</param>
/// <param name="Stext">_stext.</param>
/// <param name="InitBegin">__init_begin: the end of rodata.</param>
/// <param name="InitEnd">__init_end.</param>
/// <param name="BssStop">__bss_stop; need not be aligned.</param>
/// <param name="End">_end.</param>
public sealed record KernelImage(
    PhysicalAddress Text, PhysicalAddress Stext, PhysicalAddress InitBegin, PhysicalAddress InitEnd,
    PhysicalAddress BssStop, PhysicalAddress End)
{
    /// <summary>
    /// The number of rodata pages before __init_begin that the model uses for root tables and for the idmap's tables.
    /// </summary>
    public const int ReservedPages = 8;

    /// <summary>swapper_pg_dir.</summary>
    public PhysicalAddress Swapper(Granule granule) => new(InitBegin.Value - granule.PageSize);

    /// <summary>reserved_pg_dir: a root without a valid entry.</summary>
    public PhysicalAddress Reserved(Granule granule) => new(InitBegin.Value - 2 * granule.PageSize);

    /// <summary>idmap_pg_dir; the tables below it are in the pages before it.</summary>
    public PhysicalAddress Idmap(Granule granule) => new(InitBegin.Value - 3 * granule.PageSize);
}
