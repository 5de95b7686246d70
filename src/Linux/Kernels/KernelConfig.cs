namespace Orleans.Mmu.Linux.Kernels;

/// <summary>The build-time options that shape the linear map. The defaults are Debian's.</summary>
/// <param name="Kfence">CONFIG_KFENCE.</param>
/// <param name="RodataFullDefault">CONFIG_RODATA_FULL_DEFAULT_ENABLED; removed in 6.18.</param>
/// <param name="KfenceSampleInterval">
/// CONFIG_KFENCE_SAMPLE_INTERVAL in milliseconds. kfence_early_init begins as whether it is not 0.
/// </param>
/// <param name="KfenceObjects">CONFIG_KFENCE_NUM_OBJECTS; the pool has two pages for each, and two more.</param>
/// <param name="RandomizeBase">CONFIG_RANDOMIZE_BASE: KASLR, where there is a seed.</param>
/// <param name="UnmapKernelAtEl0">CONFIG_UNMAP_KERNEL_AT_EL0: KPTI, where a CPU needs it.</param>
/// <param name="E0pd">CONFIG_ARM64_E0PD.</param>
public sealed record KernelConfig(
    bool Kfence = true, bool RodataFullDefault = true, int KfenceSampleInterval = 0, int KfenceObjects = 255,
    bool RandomizeBase = true, bool UnmapKernelAtEl0 = true, bool E0pd = true)
{
    /// <summary>The largest CONFIG_KFENCE_NUM_OBJECTS that Kconfig allows.</summary>
    public const int MaxKfenceObjects = 65_535;

    /// <summary>Debian's arm64 kernels: debian/config/config.</summary>
    public static KernelConfig Debian { get; } = new();

    /// <summary>arch/arm64/configs/defconfig, which leaves KFENCE out; Kconfig's defaults otherwise.</summary>
    public static KernelConfig Defconfig { get; } = new(Kfence: false, KfenceSampleInterval: 100);

    /// <summary>arch/arm64/configs/gki_defconfig of Android's common kernels.</summary>
    public static KernelConfig AndroidGki { get; } = new(KfenceSampleInterval: 500, KfenceObjects: 63);

    /// <summary>The sets that a machine file can name, Debian's first.</summary>
    public static IReadOnlyList<(string Name, KernelConfig Config)> Named { get; } =
        [("debian", Debian), ("defconfig", Defconfig), ("android-gki", AndroidGki)];

    /// <summary>KFENCE_POOL_SIZE in bytes.</summary>
    public ulong KfencePoolSize(ulong pageSize) => ((ulong)KfenceObjects + 1) * 2 * pageSize;
}
