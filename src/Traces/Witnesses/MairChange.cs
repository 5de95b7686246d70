namespace Orleans.Mmu.Traces.Witnesses;

/// <summary>A write of MAIR that changes it.</summary>
internal sealed record MairChange(ulong Event, int Cpu, ulong Before, ulong After);
