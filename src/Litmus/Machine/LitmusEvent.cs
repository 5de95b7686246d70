using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Machine;

/// <summary>One event of a transition: an instruction, or a store that leaves a store buffer.</summary>
internal sealed record LitmusEvent(int Cpu, Instruction? Instruction, BufferedStore? Store, LitmusState After);
