using System.Collections.Immutable;
using Orleans.Mmu.Interfaces.Cpus;
using Orleans.Mmu.Interfaces.Reports;
using Orleans.Mmu.Speculation.Recording;

namespace Orleans.Mmu.Interfaces.Machines;

/// <summary>Everything that a boot has to say.</summary>
[GenerateSerializer, Immutable, Alias("mmu.BootReport")]
public sealed record BootReport
{
    [Id(0)]
    public required string Machine { get; init; }

    /// <summary>block, page or repaint.</summary>
    [Id(1)]
    public required string Mode { get; init; }

    /// <summary>Why the mode is what it is, in a sentence; empty from a silo of an earlier version.</summary>
    [Id(16)]
    public string Why { get; init; } = "";

    /// <summary>Kernel page-table isolation; null from a silo of an earlier version.</summary>
    [Id(17)]
    public IsolationReport? Isolation { get; init; }

    [Id(2)]
    public required string Protocol { get; init; }

    [Id(3)]
    public required long Seed { get; init; }

    [Id(4)]
    public required MachineOutcome Outcome { get; init; }

    /// <summary>The system-wide capability after all CPUs are up.</summary>
    [Id(5)]
    public required bool SystemSplitsLive { get; init; }

    [Id(6)]
    public required ImmutableArray<CpuReport> Cpus { get; init; }

    /// <summary>The linear map as it was painted.</summary>
    [Id(7)]
    public required MapReport Before { get; init; }

    /// <summary>The linear map at the end of boot.</summary>
    [Id(8)]
    public required MapReport After { get; init; }

    [Id(9)]
    public RepaintReport? Repaint { get; init; }

    [Id(10)]
    public required ImmutableArray<ViolationReport> Violations { get; init; }

    /// <summary>Lines as dmesg prints them, stamped with model time.</summary>
    [Id(11)]
    public required ImmutableArray<string> Log { get; init; }

    /// <summary>What the CPUs did, where a trace was asked for.</summary>
    [Id(12)]
    public required ImmutableArray<TraceEvent> Trace { get; init; }

    /// <summary>
    /// Host time that the simulation took on the silo that ended the boot, in milliseconds; the only value of a report
    /// that the seed does not determine.
    /// </summary>
    [Id(15)]
    public long SimulatedMilliseconds { get; init; }

    /// <summary>Every event of the repaint, where a recording was asked for.</summary>
    [Id(14)]
    public ImmutableArray<RunEvent> Recorded { get; init; } = [];
}

/// <summary>A report, or the one line that says what is wrong with the machine's description.</summary>
[GenerateSerializer, Immutable, Alias("mmu.BootAnswer")]
public sealed record BootAnswer([property: Id(0)] BootReport? Report, [property: Id(1)] string? InputError)
{
    /// <summary>
    /// The warnings about the machine's description, for a client that attaches and does not have it; a silo of an
    /// earlier version gives none.
    /// </summary>
    [Id(2)]
    public ImmutableArray<string> Warnings { get; init; } = [];
}
