using System.Collections.Immutable;
using Orleans.Mmu.Checking.Scripts;
using Orleans.Mmu.Checking.Toy;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Checking.Transitions;

/// <summary>
/// What follows from a CPU's program where several CPUs store: its stores, which of its barriers are a floor for its
/// TLBIs, and where a phase that is skipped ends.
/// </summary>
internal sealed class WriterProgram
{
    private readonly ImmutableArray<ScriptStep> _program;
    private readonly ProgramGraph _graph;
    private readonly WriterFlow _flow;
    private readonly bool _needsSender;

    /// <param name="naming">The steps whose TLBIs name what a floor of the CPU matters for.</param>
    /// <param name="hasEarlyFaults">Whether an access of some CPU can fault by a walk begun early.</param>
    public WriterProgram(
        string name, ImmutableArray<ScriptStep> program, ProgramGraph graph, EntryUniverse universe,
        IEnumerable<ScriptStep> naming, bool hasEarlyFaults)
    {
        (_program, _graph) = (program, graph);
        (Stores, var issuedBefore) = DescriptorStore.Of(program, buffersUnlocks: true);
        IssuedBefore = [.. graph.Places.Select(p => issuedBefore[p.Main])];
        for (int i = 0; i < program.Length; i++)
        {
            if (program[i].Step is SkipUnless or SkipUnlessWord)
                CheckSkip(name, i);
        }

        OwnStores = new(graph, Stores, IssuedBefore);
        _flow = new WriterFlow(graph, hasEarlyFaults);
        _needsSender = graph.Ways.Any(w => w.Taken >= 0 && (_flow.Needs.Broadcast[w.Taken]
            || _flow.Needs.Local[w.Taken] || _flow.Needs.Sent[w.Taken]));
        foreach (var (step, _) in naming)
            Named |= Scope(step, universe);
        // Parents come before children.
        foreach (var entry in universe.Entries.Where(e => e.Parent >= 0 && (Named >> e.Parent & 1) != 0))
            Named |= entry.Bit;
    }

    public ImmutableArray<DescriptorStore> Stores { get; }

    /// <summary>For which of its stores its DSBs wait.</summary>
    public OwnStores OwnStores { get; }

    /// <summary>For each place, the stores issued before it, as a mask of the first ones.</summary>
    public ImmutableArray<uint> IssuedBefore { get; }

    /// <summary>
    /// The entries that some TLBI of the CPU names, and those that they lead to. What a pending TLBI leaves differs
    /// from a may-set in these alone, and only for these the floor matters.
    /// </summary>
    public uint Named { get; }

    /// <summary>
    /// Whether what the CPU does reaches other CPUs' translations: it stores descriptors, broadcasts TLBIs, or sends
    /// interrupts.
    /// </summary>
    public bool ActsOnOthers =>
        _program.Any(s => s.Step is SendIpi || s.Step.Has(StepEffects.StoresDescriptors))
        || _graph.Places.Any(p => p.Point.BroadcastPending);

    /// <summary>
    /// Whether the CPU has a DSB NSH, so that TLBIs of its own TLB may have a later floor than broadcast ones.
    /// </summary>
    public bool HasOwnFloors => _flow.HasOwnFloors;

    /// <summary>Whether later TLBIs of the CPU are ordered after everything before the DSB at a place.</summary>
    public bool IsFloor(int place) => _flow.IsFloor[place];

    /// <summary>The same for TLBIs of the CPU's own TLB.</summary>
    public bool IsOwnFloor(int place) => _flow.IsOwnFloor[place];

    /// <summary>Whether the DSB at a place orders a later TLBI of the CPU after its last store alone.</summary>
    public bool IsStoreFloor(int place) => _flow.IsStoreFloor(place);

    /// <summary>What from a place on depends on what memory has held since a floor.</summary>
    public WindowNeeds Needs => _flow.Needs;

    /// <summary>
    /// Whether a TLBI in the interrupt that is pending at a place depends on what the sender's last DSB had ordered.
    /// </summary>
    public bool NeedsSenderWindow(int place) => _needsSender && IsPending(place);

    /// <summary>Whether an interrupt is pending at a place.</summary>
    public bool IsPending(int place) => _graph.Places[place].IsPending;

    /// <summary>Whether something from a place on depends on walks that the CPU has begun early.</summary>
    public bool NeedsEarly(int place) => _flow.NeedsEarly[place];

    /// <summary>The number of the first stores that a DSB before a place has waited for on every way there.</summary>
    public int Settled(int place) => OwnStores.Settled[place];

    /// <summary>The first step after the phase of a step.</summary>
    public int Target(int step) => ProgramGraph.EndOfPhase(_program, step);

    private static uint Scope(Step? step, EntryUniverse universe) =>
        step is not null && ToyCpuKind.Operation(step, universe.Machine) is { } operation
            ? universe.Scope(operation) : 0;

    private void CheckSkip(string name, int step)
    {
        var (before, after) = (_graph.Places[step].Point, _graph.Places[step + 1].Point);
        if (before.LocalPending || before.BroadcastPending
            || !after.IsSameBetweenSteps(_graph.Places[Target(step)].Point))
        {
            throw new ModelLimitException(
                $"{name}: expected a phase that may be skipped to leave the roots as they were and to end its TLBIs "
                + $"with DSB and ISB, found \"{_program[step].Step}\"",
                _program[step]);
        }
    }
}
