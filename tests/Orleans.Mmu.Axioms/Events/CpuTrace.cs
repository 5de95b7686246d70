using Orleans.Mmu.Axioms.Programs;

namespace Orleans.Mmu.Axioms.Events;

/// <summary>A fault that an instruction took.</summary>
internal sealed record TakenFault(int Cpu, string Labels, string? Page, FaultKind Kind);

/// <summary>
/// One way through a CPU's program, for one choice of what every read and walk returns: its events in program order,
/// its registers at the end and its faults.
/// </summary>
internal sealed record CpuTrace(
    IReadOnlyList<Event> Events, IReadOnlyList<Value> Registers, IReadOnlyList<TakenFault> Faults);
