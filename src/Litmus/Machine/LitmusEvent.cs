using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Machine;

/// <summary>Something that happens in a transition: an instruction, or a store that leaves a buffer.</summary>
internal sealed record LitmusEvent(int Cpu, Instruction? Instruction, BufferedStore? Store, LitmusState After);
