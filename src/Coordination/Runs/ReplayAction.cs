using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Coordination.Runs;

/// <summary>One event that grains can perform: a step, the store that links a range's table, or a walk.</summary>
/// <param name="Text">The event in words.</param>
public sealed record ReplayAction(int Cpu, Step? Step, RepaintRange? Linked, VirtualAddress? Walked, string Text);
