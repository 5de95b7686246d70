using System.Collections.Immutable;
using Orleans.Mmu.Arm.BreakBeforeMake;

namespace Orleans.Mmu.Litmus.Tests;

/// <summary>One litmus test: what memory and registers hold at first, a program for each CPU, and what is asked at the end.</summary>
public sealed record LitmusTest
{
    /// <summary>From the first line.</summary>
    public required string Name { get; init; }

    /// <summary>Where it was read from, for messages.</summary>
    public required string Source { get; init; }

    public required LitmusNames Names { get; init; }

    /// <summary>One program for each CPU.</summary>
    public required ImmutableArray<ImmutableArray<Instruction>> Programs { get; init; }

    /// <summary>What registers hold at first, by CPU and number; all others hold 0.</summary>
    public required ImmutableDictionary<(int Cpu, int Register), LitmusValue> Registers { get; init; }

    /// <summary>What the first word of a page holds at first; all others hold 0.</summary>
    public required ImmutableDictionary<int, LitmusValue> Memory { get; init; }

    /// <summary>What table words hold at first; all others lead to their own page.</summary>
    public required ImmutableDictionary<int, int> TableWords { get; init; }

    /// <summary>What TTBR1_EL1 holds at first, by CPU; all others hold swapper without CnP.</summary>
    public ImmutableDictionary<int, LitmusRoot> Roots { get; init; } = ImmutableDictionary<int, LitmusRoot>.Empty;

    /// <summary>What final states are printed with, besides what the condition names.</summary>
    public ImmutableArray<LitmusObservable> Locations { get; init; } = [];

    /// <summary>Faults that are printed besides those of the condition.</summary>
    public ImmutableArray<FaultAtom> FaultLocations { get; init; } = [];

    public required LitmusCondition Condition { get; init; }

    /// <summary>A faulting instruction is recorded and runs again, instead of ending its thread.</summary>
    public bool ImpreciseFaults { get; init; }

    /// <summary>The BBM level of each CPU, the last one for all that follow; empty where conflicts are not asked about.</summary>
    public ImmutableArray<BbmLevel> Levels { get; init; } = [];

    /// <summary>CPUs that run at EL0.</summary>
    public ImmutableHashSet<int> El0 { get; init; } = [];

    /// <summary>The verdict that the file's author expects; null where it says none.</summary>
    public string? ExpectedVerdict { get; init; }

    /// <summary>The rule that decides it, in the author's words.</summary>
    public string? Rule { get; init; }

    /// <summary>Warnings about how the program is written.</summary>
    public ImmutableArray<string> Deprecations { get; init; } = [];

    /// <summary>Overlapping TLB entries are judged, and stores are buffered: a test of a protocol, not only of its outcomes.</summary>
    public bool JudgesConflicts => !Levels.IsEmpty;

    public BbmLevel Level(int cpu) => Levels[Math.Min(cpu, Levels.Length - 1)];
}
