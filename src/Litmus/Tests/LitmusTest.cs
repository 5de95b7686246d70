using System.Collections.Immutable;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Litmus.Tests;

/// <summary>
/// One litmus test: initial memory and registers, a program for each CPU, and a condition on the final states.
/// </summary>
public sealed record LitmusTest
{
    /// <summary>
    /// Cells of a page: the elements of an array, or doublewords, of which LDP and STP need two.
    /// </summary>
    public const int CellsOfPage = 4;

    /// <summary>The name in the first line.</summary>
    public required string Name { get; init; }

    /// <summary>The file that it was read from, for messages.</summary>
    public required string Source { get; init; }

    public required LitmusNames Names { get; init; }

    /// <summary>One program for each CPU.</summary>
    public required ImmutableArray<ImmutableArray<Instruction>> Programs { get; init; }

    /// <summary>Initial values of registers, by CPU and number; all others hold 0.</summary>
    public required ImmutableDictionary<(int Cpu, int Register), LitmusValue> Registers { get; init; }

    /// <summary>
    /// Initial values by cell; all others hold 0. The cells of page p begin at p times <see cref="CellsOfPage"/>.
    /// </summary>
    public required ImmutableDictionary<int, LitmusValue> Cells { get; init; }

    /// <summary>Initial descriptors of table words; all others map their own page.</summary>
    public required ImmutableDictionary<int, int> TableWords { get; init; }

    /// <summary>Initial value of TTBR1_EL1 by CPU; all others hold swapper without CnP.</summary>
    public ImmutableDictionary<int, LitmusRoot> Roots { get; init; } = ImmutableDictionary<int, LitmusRoot>.Empty;

    /// <summary>Observables that are printed besides those of the condition.</summary>
    public ImmutableArray<LitmusObservable> Locations { get; init; } = [];

    /// <summary>Faults that are printed besides those of the condition.</summary>
    public ImmutableArray<FaultAtom> FaultLocations { get; init; } = [];

    public required LitmusCondition Condition { get; init; }

    /// <summary>A condition that final states satisfy; states that do not are left out. Null for none.</summary>
    public Proposition? Filter { get; init; }

    /// <summary>
    /// For each CPU the index in its program of the first instruction of its fault handler, which follows an
    /// <see cref="EndInstruction"/>; null for a CPU without a handler.
    /// </summary>
    public ImmutableArray<int?> Handlers { get; init; } = [];

    /// <summary>What the header says of faults and of features.</summary>
    public LitmusVariant Variant { get; init; } = LitmusVariant.Usual;

    /// <summary>Hardware updates by CPU; CPUs that are not named have none.</summary>
    public ImmutableDictionary<int, HardwareUpdates> Hardware { get; init; } =
        ImmutableDictionary<int, HardwareUpdates>.Empty;

    /// <summary>Declared number types; all other observables are of type int.</summary>
    public ImmutableDictionary<LitmusObservable, NumberType> Types { get; init; } =
        ImmutableDictionary<LitmusObservable, NumberType>.Empty;

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

    /// <summary>
    /// Whether overlapping TLB entries are judged and stores are buffered, as a test of a protocol needs.
    /// </summary>
    public bool JudgesConflicts => !Levels.IsEmpty;

    /// <summary>The first instruction of a CPU's fault handler; null for none.</summary>
    public int? Handler(int cpu) => Handlers.IsDefaultOrEmpty ? null : Handlers[cpu];

    /// <summary>The number of a descriptor that a run comes to.</summary>
    /// <exception cref="InputException">The test has too many descriptors.</exception>
    internal int Number(LitmusDescriptor descriptor) =>
        Names.Descriptor(descriptor)
            ?? throw new InputException(
                Source, 1, $"expected at most {LitmusNames.Limit} descriptors, found more when the programs run");

    public HardwareUpdates Updates(int cpu) => Hardware.GetValueOrDefault(cpu);

    public BbmLevel Level(int cpu) => Levels[Math.Min(cpu, Levels.Length - 1)];
}
