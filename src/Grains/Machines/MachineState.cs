using Orleans.Mmu.Interfaces;

namespace Orleans.Mmu.Grains;

/// <summary>What must survive of a machine: how its boot ended.</summary>
[GenerateSerializer, Alias("mmu.MachineState")]
public sealed class MachineState
{
    [Id(0)]
    public MachineOutcome Outcome { get; set; }

    [Id(1)]
    public BootReport? Report { get; set; }
}
