using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Import.Texts;
using Orleans.Mmu.Linux.Kernels;

namespace Orleans.Mmu.Import.Kernels;

/// <summary>What a .config says of the linear map.</summary>
/// <param name="File">The file's name.</param>
/// <param name="Release">The release in the file's head; null where it has none.</param>
/// <param name="PageSize">CONFIG_ARM64_4K_PAGES, 16K or 64K; null where none is set.</param>
/// <param name="VaBits">CONFIG_ARM64_VA_BITS; null where it is not given.</param>
/// <param name="Kfence">CONFIG_KFENCE; null where a part of a .config does not give it.</param>
/// <param name="KfenceInterval">CONFIG_KFENCE_SAMPLE_INTERVAL.</param>
/// <param name="KfenceObjects">CONFIG_KFENCE_NUM_OBJECTS.</param>
/// <param name="RodataFull">CONFIG_RODATA_FULL_DEFAULT_ENABLED.</param>
/// <param name="RandomizesBase">CONFIG_RANDOMIZE_BASE.</param>
/// <param name="UnmapsKernel">CONFIG_UNMAP_KERNEL_AT_EL0.</param>
/// <param name="E0pd">CONFIG_ARM64_E0PD.</param>
/// <param name="DebugPagealloc">CONFIG_DEBUG_PAGEALLOC: debug_pagealloc= does nothing without it.</param>
/// <param name="DebugPageallocDefault">CONFIG_DEBUG_PAGEALLOC_ENABLE_DEFAULT: on without debug_pagealloc=.</param>
internal sealed record BuildConfig(
    string File, PlacedValue<KernelRelease>? Release, PlacedValue<Granule>? PageSize, PlacedValue<int>? VaBits,
    bool? Kfence, int? KfenceInterval,
    int? KfenceObjects, bool? RodataFull, bool? RandomizesBase, bool? UnmapsKernel,
    bool? E0pd, bool? DebugPagealloc, bool? DebugPageallocDefault);
