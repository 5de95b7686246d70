namespace Orleans.Mmu.Linux.LinearMap;

/// <summary>The kernel panics: "Kernel panic - not syncing: …".</summary>
public sealed class KernelPanicException(string message) : Exception(message);
