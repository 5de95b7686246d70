using System.Collections.Immutable;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Checking.Replay;

/// <summary>One event that grains can perform: a step, the store that links a range's table, or a walk.</summary>
/// <param name="Text">The event in words.</param>
public sealed record ReplayAction(int Cpu, Step? Step, RepaintRange? Linked, VirtualAddress? Walked, string Text);

/// <summary>A counterexample from a check, ready for grains to perform.</summary>
/// <param name="MachineFile">The machine's description, as a machine file.</param>
/// <param name="Property">The property that is violated at the end.</param>
/// <param name="Cpu">The CPU that violates it.</param>
public sealed record ReplayScript(
    string Protocol, string MachineFile, string Property, int Cpu, ImmutableArray<ReplayAction> Actions);
