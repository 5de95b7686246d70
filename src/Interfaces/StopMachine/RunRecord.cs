using System.Collections.Immutable;
using Orleans.Mmu.Interfaces.Reports;

namespace Orleans.Mmu.Interfaces.StopMachine;

/// <summary>What must survive of a run of a protocol, whatever becomes of the one who performs it.</summary>
[GenerateSerializer, Immutable, Alias("mmu.RunRecord")]
public sealed record RunRecord
{
    /// <summary>Nothing was ever run.</summary>
    public static RunRecord None { get; } = new();

    /// <summary>The activation of the coordinator that wrote it.</summary>
    [Id(0)]
    public Guid Writer { get; init; }

    /// <summary>The run; one that is taken up after a crash goes on in a new epoch.</summary>
    [Id(1)]
    public long Epoch { get; init; }

    /// <summary>Counts the writes of an epoch.</summary>
    [Id(2)]
    public long Sequence { get; init; }

    [Id(3)]
    public RunPhase Phase { get; init; }

    /// <summary>What was asked for; null before the first run.</summary>
    [Id(4)]
    public StopMachineRequest? Request { get; init; }

    /// <summary>
    /// The epoch in which the CPUs that wait were parked: whoever was parked in an older one may run.
    /// </summary>
    [Id(5)]
    public long HeldFrom { get; init; }

    /// <summary>When the first CPU was asked to stop, in ticks of 100 ns, UTC.</summary>
    [Id(6)]
    public long Began { get; init; }

    /// <summary>How often the run was taken up again.</summary>
    [Id(7)]
    public int TakenUp { get; init; }

    /// <summary>How a run that was given up failed.</summary>
    [Id(8)]
    public MachineOutcome Outcome { get; init; }

    [Id(9)]
    public ImmutableArray<ViolationReport> Violations { get; init; } = [];

    /// <summary>Every event, where a recording was asked for: written before anything follows from it.</summary>
    [Id(10)]
    public ImmutableArray<RecordedEvent> Recorded { get; init; } = [];

    /// <summary>What the run came to, without its trace: a repeat gets it.</summary>
    [Id(11)]
    public StopMachineReport? Report { get; init; }

    /// <summary>Begun and not ended.</summary>
    public bool IsOpen => Request is not null && Report is null;
}
