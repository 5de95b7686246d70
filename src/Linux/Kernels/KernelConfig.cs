namespace Orleans.Mmu.Linux.Kernels;

/// <summary>The build-time options that shape the linear map. The defaults are Debian's.</summary>
/// <param name="Kfence">CONFIG_KFENCE, with a default sample interval of 0.</param>
/// <param name="RodataFullDefault">CONFIG_RODATA_FULL_DEFAULT_ENABLED; removed in 6.18.</param>
public sealed record KernelConfig(bool Kfence = true, bool RodataFullDefault = true);
