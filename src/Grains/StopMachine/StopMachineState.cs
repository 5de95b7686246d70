using Orleans.Mmu.Interfaces;

namespace Orleans.Mmu.Grains;

/// <summary>What must survive of a coordinator.</summary>
[GenerateSerializer, Alias("mmu.StopMachineState")]
public sealed class StopMachineState
{
    /// <summary>The run of the protocol; a run that is taken up after a crash goes on in a new one.</summary>
    [Id(0)]
    public long Epoch { get; set; }

    [Id(1)]
    public RunPhase Phase { get; set; }

    /// <summary>What was asked for; null before the first run.</summary>
    [Id(2)]
    public StopMachineRequest? Request { get; set; }

    /// <summary>The epoch in which the CPUs that wait were parked: whoever was parked in an older one may run.</summary>
    [Id(3)]
    public long HeldFrom { get; set; }

    /// <summary>When the first CPU was asked to stop, in ticks of 100 ns, UTC.</summary>
    [Id(4)]
    public long Began { get; set; }

    /// <summary>How often the run was taken up again.</summary>
    [Id(5)]
    public int TakenUp { get; set; }

    /// <summary>How a run that was given up failed.</summary>
    [Id(6)]
    public MachineOutcome Outcome { get; set; }

    /// <summary>What was found by the time of the last write.</summary>
    [Id(7)]
    public List<ViolationReport> Violations { get; set; } = [];

    /// <summary>Every event, where a recording was asked for: written before anything follows from it.</summary>
    [Id(8)]
    public List<RecordedEvent> Recorded { get; set; } = [];

    /// <summary>What the run came to, without its trace: a repeat gets it.</summary>
    [Id(9)]
    public StopMachineReport? Report { get; set; }
}
