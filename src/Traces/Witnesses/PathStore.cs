namespace Orleans.Mmu.Traces.Witnesses;

/// <summary>A store to a descriptor that the walks of the violation's addresses read.</summary>
/// <param name="Tlbis">The number of TLBIs that had reached the CPU before it.</param>
internal readonly record struct PathStore(
    ulong Event, long Line, int Cpu, ulong Address, ulong Old, ulong New, int Tlbis);
