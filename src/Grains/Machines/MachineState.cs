using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Interfaces.Reports;

namespace Orleans.Mmu.Grains.Machines;

/// <summary>What must survive of a machine: what was asked for, and how its boot ended.</summary>
[GenerateSerializer, Alias("mmu.MachineState")]
public sealed class MachineState
{
    [Id(0)]
    public MachineOutcome Outcome { get; set; }

    [Id(1)]
    public BootReport? Report { get; set; }

    /// <summary>What the boot that is on its way was asked for.</summary>
    [Id(2)]
    public BootRequest? Request { get; set; }

    /// <summary>How often that boot was taken up again.</summary>
    [Id(3)]
    public int TakenUp { get; set; }
}
