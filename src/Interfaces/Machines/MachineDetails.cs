using System.Collections.Immutable;
using Orleans.Mmu.Interfaces.Reports;

namespace Orleans.Mmu.Interfaces.Machines;

/// <summary>One machine in full.</summary>
[GenerateSerializer, Immutable, Alias("mmu.MachineDetails")]
public sealed record MachineDetails
{
    [Id(0)]
    public required MachineEntry Entry { get; init; }

    [Id(1)]
    public required string Protocol { get; init; }

    [Id(2)]
    public required long Seed { get; init; }

    /// <summary>How often the boot was taken up, because the machine's silo was lost.</summary>
    [Id(3)]
    public required int TakenUp { get; init; }

    /// <summary>What the boot is doing; <see cref="BootProgress.Waiting"/> where nothing is being done.</summary>
    [Id(4)]
    public required BootProgress Progress { get; init; }

    /// <summary>The phase that the journal has of the run that repaints; null where none was begun.</summary>
    [Id(5)]
    public string? RunPhase { get; init; }

    /// <summary>The epoch that the journal has of that run; 0 where none was begun.</summary>
    [Id(6)]
    public long RunEpoch { get; init; }

    /// <summary>How the boot ended, without timeline and recording; null before its end.</summary>
    [Id(7)]
    public BootReport? Report { get; init; }

    /// <summary>The kernel's log as far as it has come; empty where the silo that had it was lost.</summary>
    [Id(8)]
    public required ImmutableArray<string> Log { get; init; }
}
