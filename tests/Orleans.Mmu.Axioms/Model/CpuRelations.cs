using Orleans.Mmu.Axioms.Events;
using Orleans.Mmu.Axioms.Relations;

namespace Orleans.Mmu.Axioms.Model;

/// <summary>
/// The relations between one CPU's events that need no other CPU: program order, dependencies, same word.
/// </summary>
internal sealed class CpuRelations
{
    public CpuRelations(IReadOnlyList<Event> events, CpuSets sets)
    {
        var size = events.Count;
        Po = Relation.Where(size, (from, to) => events[from].Instance < events[to].Instance);
        Address = Depends(on => on.Address).To(sets.Walks | sets.Accesses | sets.Updates | sets.Invalidations);
        Data = Depends(on => on.Data).To(sets.Writes);
        Control = Depends(on => on.Control);
        PickedAddress = Depends(on => on.PickedAddress)
            .To(sets.Walks | sets.Accesses | sets.Updates | sets.Invalidations);
        PickedData = Depends(on => on.PickedData).To(sets.Writes);
        PickedControl = Depends(on => on.PickedControl);
        Translation = Relation.Where(size, (from, to) =>
            events[from].Kind == EventKind.Walk && events[from].Instance == events[to].Instance
            && (events[to].IsExplicit || events[to].Kind == EventKind.Fault));
        Pair = Relation.Where(size, (from, to) => events[to].AtomicWith == from);
        OneInstruction = Relation.Where(size, (from, to) => Pair.Has(from, to) && events[to].IsOneInstruction);
        SameWord = Relation.Where(size, (from, to) => IsSameWord(events[from], events[to]));
        var faults = events.Where(each => each.Kind == EventKind.Fault).Select(each => each.Instance).ToHashSet();
        SamePage = Relation.Where(size, (from, to) => IsSamePage(
            events[from], events[to], faults.Contains(events[from].Instance), faults.Contains(events[to].Instance)));
        var sameInOrder = Po & SameWord;
        var intervening = sameInOrder.To(sets.Writes).Then(sameInOrder);
        ReadsSuccessor = (sameInOrder - intervening).From(sets.Writes).To(sets.Reads);

        Relation Depends(Func<Dependencies, ulong> of) => Relation.Where(
            size, (from, to) => (of(events[to].On) >> from & 1) != 0 && events[from].Instance != events[to].Instance);
    }

    /// <summary>po.</summary>
    public Relation Po { get; }

    /// <summary>addr: to walks, accesses and TLBIs.</summary>
    public Relation Address { get; }

    /// <summary>data.</summary>
    public Relation Data { get; }

    /// <summary>ctrl.</summary>
    public Relation Control { get; }

    /// <summary>pick-addr-dep.</summary>
    public Relation PickedAddress { get; }

    /// <summary>pick-data-dep.</summary>
    public Relation PickedData { get; }

    /// <summary>pick-ctrl-dep.</summary>
    public Relation PickedControl { get; }

    /// <summary>tr-ib: from a walk to the access or the fault that it leads to.</summary>
    public Relation Translation { get; }

    /// <summary>rmw.</summary>
    public Relation Pair { get; }

    /// <summary>amo.</summary>
    public Relation OneInstruction { get; }

    /// <summary>same-loc.</summary>
    public Relation SameWord { get; }

    /// <summary>va-loc: walks of the same page.</summary>
    public Relation SamePage { get; }

    /// <summary>lrs: from a write to the reads of its word before the CPU's next write there.</summary>
    public Relation ReadsSuccessor { get; }

    /// <summary>
    /// Faults are at virtual addresses and accesses at physical ones, which herd never takes for the same place: no
    /// fault has the same word as an access.
    /// </summary>
    private static bool IsSameWord(Event left, Event right) =>
        left.Kind != EventKind.Fault && right.Kind != EventKind.Fault
        && left.Location is { } location && location == right.Location;

    /// <summary>Two walks of one page for the same purpose: both for accesses, or both for faults.</summary>
    private static bool IsSamePage(Event left, Event right, bool leftFaults, bool rightFaults) =>
        left.Kind == EventKind.Walk && right.Kind == EventKind.Walk && left.Location == right.Location
        && leftFaults == rightFaults;
}
