using System.Collections.Immutable;
using Orleans.Mmu.Coordination.Journals;
using Orleans.Mmu.Interfaces.Reports;
using Orleans.Mmu.Speculation.Recording;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Interfaces.StopMachine;

/// <summary>
/// What must survive of a run of a protocol when its coordinator is lost: the head, on which decisions rest, and what
/// was asked for and found.
/// </summary>
[GenerateSerializer, Immutable, Alias("mmu.RunRecord")]
public sealed record RunRecord
{
    /// <summary>Nothing was ever run.</summary>
    public static RunRecord None { get; } = new();

    /// <summary>The activation of the coordinator that wrote the record.</summary>
    [Id(0)]
    public Guid Writer { get; init; }

    /// <summary>The take-up that it was written for.</summary>
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

    /// <summary>Model time that the run had taken when it entered the phase, in picoseconds.</summary>
    [Id(14)]
    public long Elapsed { get; init; }

    /// <summary>Blocks that the run had split when it entered the phase.</summary>
    [Id(15)]
    public long Blocks { get; init; }

    /// <summary>How often the run was taken up again.</summary>
    [Id(7)]
    public int TakenUp { get; init; }

    /// <summary>How a run that was given up failed.</summary>
    [Id(8)]
    public MachineOutcome Outcome { get; init; }

    [Id(12)]
    public ImmutableArray<Violation> Violations { get; init; } = [];

    /// <summary>Every event, where a recording was asked for: written before anything follows from it.</summary>
    [Id(13)]
    public ImmutableArray<RunEvent> Recorded { get; init; } = [];

    /// <summary>What the run came to, without its timeline: a repeat gets it.</summary>
    [Id(11)]
    public StopMachineReport? Report { get; init; }

    /// <summary>What decisions rest on.</summary>
    public RunHead Head => new()
    {
        Stamp = new(Writer, Epoch, Sequence),
        Phase = Phase,
        TakenUp = TakenUp,
        Life = (Request, Report) switch
        {
            (null, _) => RunLife.NeverBegun,
            (_, null) => RunLife.Open,
            (_, { Outcome: MachineOutcome.Cancelled }) => RunLife.Cancelled,
            _ => RunLife.Ended,
        },
    };

    /// <summary>The record with another head; whether the run is over follows from its report.</summary>
    public RunRecord With(RunHead head) => this with
    {
        Writer = head.Stamp.Writer,
        Epoch = head.Stamp.Epoch,
        Sequence = head.Stamp.Sequence,
        Phase = head.Phase,
        TakenUp = head.TakenUp,
    };
}
