using System.Collections.Immutable;
using Orleans.Mmu.Arm.BreakBeforeMake;

namespace Orleans.Mmu.Litmus.Tests;

/// <summary>
/// One litmus test: initial memory and registers, a program for each CPU, and a condition on the final states.
/// </summary>
public sealed record LitmusTest
{
    /// <summary>The name in the first line.</summary>
    public required string Name { get; init; }

    /// <summary>The file that it was read from, for messages.</summary>
    public required string Source { get; init; }

    public required LitmusNames Names { get; init; }

    /// <summary>One program for each CPU.</summary>
    public required ImmutableArray<ImmutableArray<Instruction>> Programs { get; init; }

    /// <summary>Initial values of registers, by CPU and number; all others hold 0.</summary>
    public required ImmutableDictionary<(int Cpu, int Register), LitmusValue> Registers { get; init; }

    /// <summary>Initial value of a page's first doubleword; all others hold 0.</summary>
    public required ImmutableDictionary<int, LitmusValue> Memory { get; init; }

    /// <summary>Initial descriptors of table words; all others map their own page.</summary>
    public required ImmutableDictionary<int, int> TableWords { get; init; }

    /// <summary>Initial value of TTBR1_EL1 by CPU; all others hold swapper without CnP.</summary>
    public ImmutableDictionary<int, LitmusRoot> Roots { get; init; } = ImmutableDictionary<int, LitmusRoot>.Empty;

    /// <summary>Observables that are printed besides those of the condition.</summary>
    public ImmutableArray<LitmusObservable> Locations { get; init; } = [];

    /// <summary>Faults that are printed besides those of the condition.</summary>
    public ImmutableArray<FaultAtom> FaultLocations { get; init; } = [];

    public required LitmusCondition Condition { get; init; }

    /// <summary>
    /// Whether a faulting instruction runs again after its fault is recorded; otherwise the fault ends the program.
    /// </summary>
    public bool ImpreciseFaults { get; init; }

    /// <summary>
    /// The BBM level of each CPU, the last one for all further CPUs; empty where conflicts are not judged.
    /// </summary>
    public ImmutableArray<BbmLevel> Levels { get; init; } = [];

    /// <summary>CPUs that run at EL0.</summary>
    public ImmutableHashSet<int> El0 { get; init; } = [];

    /// <summary>The verdict that the test's author expects; null if the file states none.</summary>
    public string? ExpectedVerdict { get; init; }

    /// <summary>The rule that decides the verdict, in the author's words.</summary>
    public string? Rule { get; init; }

    /// <summary>Warnings about how the program is written.</summary>
    public ImmutableArray<string> Deprecations { get; init; } = [];

    /// <summary>
    /// Whether overlapping TLB entries are judged and stores are buffered, as a test of a protocol needs.
    /// </summary>
    public bool JudgesConflicts => !Levels.IsEmpty;

    public BbmLevel Level(int cpu) => Levels[Math.Min(cpu, Levels.Length - 1)];
}
