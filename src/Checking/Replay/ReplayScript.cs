using System.Collections.Immutable;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Checking.Replay;

/// <summary>One event that grains can perform: a step, the store that links a range's table, or a walk.</summary>
/// <param name="Text">In words.</param>
public sealed record ReplayAction(int Cpu, Step? Step, RepaintRange? Linked, VirtualAddress? Walked, string Text);

/// <summary>A counterexample that a check has printed, ready to be performed.</summary>
/// <param name="MachineFile">The machine's description, as a machine file.</param>
/// <param name="Property">What is violated in the end.</param>
/// <param name="Cpu">On which CPU.</param>
public sealed record ReplayScript(string Protocol, string MachineFile, string Property, int Cpu, ImmutableArray<ReplayAction> Actions);
