using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Interfaces.Reports;

namespace Orleans.Mmu.Grains.Machines;

/// <summary>The persisted state of a machine: the request, and how its boot ended.</summary>
[GenerateSerializer, Immutable, Alias("mmu.MachineState")]
public sealed record MachineState
{
    [Id(0)]
    public MachineOutcome Outcome { get; init; }

    [Id(1)]
    public BootReport? Report { get; init; }

    /// <summary>The request of the boot that was begun.</summary>
    [Id(2)]
    public BootRequest? Request { get; init; }

    /// <summary>How often that boot was taken up again.</summary>
    [Id(3)]
    public int TakenUp { get; init; }

    /// <summary>
    /// The last fencing token that the machine handed out. It only grows, and each number is written before a
    /// coordinator gets it: the write fails for an activation that another has replaced, so that no two coordinators
    /// have the same number, and the newest has the largest.
    /// </summary>
    [Id(4)]
    public long Epoch { get; init; }

    /// <summary>Why the boot was given up, in one line; null for a boot that was not.</summary>
    [Id(5)]
    public string? GivenUp { get; init; }

    /// <summary>When the machine was booted.</summary>
    [Id(7)]
    public DateTimeOffset Began { get; init; }

    /// <summary>When the outcome came to be what it is.</summary>
    [Id(6)]
    public DateTimeOffset Changed { get; init; }
}
