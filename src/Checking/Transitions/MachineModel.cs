using System.Collections.Immutable;
using System.Numerics;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Checking.Scripts;
using Orleans.Mmu.Checking.Toy;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Checking.Transitions;

/// <summary>
/// A protocol on a toy machine: the universe of TLB entries, the stores, the contents of memory after them, and the
/// kinds of CPUs. All transition systems of a protocol share it.
/// </summary>
/// <remarks>
/// Where only CPU 0 stores descriptors and broadcasts TLBIs, memory is the set of its stores that are performed, and
/// what a TLBI leaves follows from its place in the program. Otherwise memory is the content of each written word, and
/// each CPU has a <see cref="WriterProgram"/>.
/// </remarks>
public sealed partial class MachineModel
{
    private const int MaxStores = 16;

    private readonly MemoryViews _views;
    private readonly bool _remembersAll;
    private readonly bool _repeatsTlbi;

    /// <param name="levels">
    /// The level of CPU 0, of CPU 1, and so on; the last one given holds for all that follow.
    /// </param>
    /// <param name="flushed">The entries whose flush the protocol requests; others may remain.</param>
    /// <param name="cnp">Whether swapper_pg_dir carries CnP.</param>
    /// <param name="remembersAll">
    /// Whether states hold lingering entries of every CPU, even where <see cref="LingeringEntries"/> shows that they
    /// decide nothing.
    /// </param>
    /// <param name="keepsContents">
    /// Whether memory is its contents even where only CPU 0 stores descriptors and broadcasts TLBIs.
    /// </param>
    /// <param name="repeatsTlbi">Whether every CPU has erratum 4118414 (<see cref="BegunThrough"/>).</param>
    public MachineModel(
        EntryUniverse universe, MapChangeGoal scene, ProtocolScript script, IReadOnlyList<BbmLevel> levels,
        uint flushed, bool cnp, bool remembersAll = false, bool keepsContents = false,
        bool repeatsTlbi = false)
    {
        (_remembersAll, _repeatsTlbi) = (remembersAll, repeatsTlbi);
        (Universe, Scene, Script, Flushed) = (universe, scene, script, flushed);
        var others = script.Others.SelectMany(p => p).ToImmutableArray();
        if (others.Any(s => !s.Step.MayBePerformedBy(Role.Secondaries)))
            throw new ArgumentException("only CPU 0 raises and clears the flag", nameof(script));
        ScriptLimits.RefuseSecondRendezvous(script);
        HasInterrupts = script.HasInterrupts;
        EarlyFaults = EarlyFaults.Of(universe, scene, script);
        Locks = ScriptLimits.LocksOf(script);
        Words = new(script);
        (Stores, IssuedBefore) = DescriptorStore.Of(script.BootCpu);
        bool hasLayout = keepsContents || repeatsTlbi || HasInterrupts || EarlyFaults is not null
            || ScriptLimits.HasSeveralWriters(script) || !OneWriterFloors.FollowFromPlaces(script, Words, Stores);
        Layout = hasLayout ? new MemoryLayout(scene, script.Others.Prepend(script.BootCpu)) : null;
        if (Layout is null && Stores.Length > MaxStores)
            throw new ModelLimitException(
                $"expected at most {MaxStores} stores of descriptors and the flag, found {Stores.Length}",
                script.BootCpu[IssuedBefore.Count(i => BitOperations.PopCount(i) <= MaxStores) - 1]);
        _views = new(universe, scene, Stores, Layout);
        var floors = new OneWriterFloors(script, Words, Stores, IssuedBefore);
        Announced = 1
            + script.BootCpu.Select((s, i) => s.Phase == ProtocolScript.Announcement ? i : -1).DefaultIfEmpty(-1).Max();
        BootCpu = Kind("boot CPU", levels[0], script.BootCpu, floors.OfBootCpu, cnp, Sends(others));
        var kinds = ImmutableArray.CreateBuilder<ToyCpuKind>();
        foreach (var level in levels.Skip(1).DefaultIfEmpty(levels[^1]).Distinct())
            kinds.Add(Kind("secondary", level, script.Secondaries, floors.Of(script.Secondaries), cnp, HasInterrupts));
        Secondaries = kinds.ToImmutable();
        if (script.Outsider is { } program)
            Outsider = Kind("CPU 1", levels.Count > 1 ? levels[1] : levels[^1], program, floors.Of(program), cnp,
                Sends(script.BootCpu.Concat(script.Secondaries)));
        BegunThrough = repeatsTlbi ? LeavesOfTlbis() : 0;
    }

    public EntryUniverse Universe { get; }

    public MapChangeGoal Scene { get; }

    public ProtocolScript Script { get; }

    /// <summary>The names of the locks; a state keeps whether each is taken.</summary>
    public ImmutableArray<string> Locks { get; }

    /// <summary>The words of the protocol's own; a state keeps the value of each.</summary>
    public WordUses Words { get; }

    /// <summary>
    /// Whether states hold memory as its contents, and each CPU as one of several writers: another CPU than CPU 0
    /// stores descriptors or words, or broadcasts TLBIs; or there are interrupts, or accesses that may fault by walks
    /// begun early.
    /// </summary>
    public bool SeveralWriters => Layout is not null;

    /// <summary>Whether a CPU sends interrupts.</summary>
    public bool HasInterrupts { get; }

    /// <summary>The words of early walks that an access may fault by; null where there are none.</summary>
    internal EarlyFaults? EarlyFaults { get; }

    /// <summary>Memory as a number; null where only CPU 0 stores.</summary>
    internal MemoryLayout? Layout { get; }

    /// <summary>The stores of CPU 0, where it is the only CPU that stores.</summary>
    public ImmutableArray<DescriptorStore> Stores { get; }

    /// <summary>For each point of CPU 0's program, the stores issued before it.</summary>
    public ImmutableArray<uint> IssuedBefore { get; }

    /// <summary>The point of CPU 0's program from which stop_machine() reaches the other CPUs.</summary>
    public int Announced { get; }

    /// <summary>The entries whose flush the protocol requests.</summary>
    public uint Flushed { get; }

    /// <summary>
    /// Whether a CPU below level 2 may meet a block with nT at an address that must be mapped (R_MRRPW).
    /// </summary>
    public bool MayFaultByNt => Scene.MustBeMapped && Kinds.Any(k => k.Bbm < BbmLevel.Level2)
        && Universe.Entries.Any(e => e.Content == WordContent.BlockNt);

    /// <summary>The contents of memory after some stores. Safe to call from several threads.</summary>
    /// <param name="memory"><see cref="ToyState.Memory"/>.</param>
    public MemoryView View(uint memory) => _views[memory];

    /// <summary>A lock's number among <see cref="Locks"/>.</summary>
    public int NumberOf(string @lock) => Locks.IndexOf(@lock);

    /// <summary>Whether a CPU need not wait for stop_machine() to reach it.</summary>
    internal bool IsReached(in ToyState state, ReadOnlySpan<ToyCpuKind> kinds, int cpu) =>
        cpu == 0 || !kinds[cpu].IsStart(state.Cpus[cpu].Point) || kinds[0].MainAt(state.Cpus[0].Point) >= Announced;

    private static bool Sends(IEnumerable<ScriptStep> programs) => programs.Any(s => s.Step is SendIpi);
}
