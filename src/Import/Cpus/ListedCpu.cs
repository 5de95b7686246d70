using Orleans.Mmu.Linux.Cpus;

namespace Orleans.Mmu.Import.Cpus;

/// <summary>A CPU that a file names.</summary>
/// <param name="Number">Linux's number of the CPU.</param>
/// <param name="Midr">MIDR_EL1.</param>
/// <param name="Place">The file and the line.</param>
internal sealed record ListedCpu(int Number, Midr Midr, string Place);
