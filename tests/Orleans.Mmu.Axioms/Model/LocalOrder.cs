using Orleans.Mmu.Axioms.Events;
using Orleans.Mmu.Axioms.Programs;
using Orleans.Mmu.Axioms.Relations;

namespace Orleans.Mmu.Axioms.Model;

/// <summary>
/// What one CPU's program orders by itself: the model's local-hw-reqs. The parts have the names of Arm's published
/// model beside them.
/// </summary>
internal sealed class LocalOrder
{
    private readonly CpuSets sets;
    private readonly CpuRelations relations;
    private readonly ModelMode mode;

    public LocalOrder(IReadOnlyList<Event> events, ModelMode mode)
    {
        sets = new CpuSets(events);
        relations = new CpuRelations(events, sets);
        this.mode = mode;
        AfterDsb = Dsb();
        AfterSynchronization = Synchronization();
        var ordered = (SameWord() | Dependency() | Picked() | Atomic() | Barrier() | relations.Translation | AfterDsb
            | AfterSynchronization | EnhancedTranslation() | InOrder()).Closure();
        var picked = (relations.PickedAddress.To(sets.Accesses) | relations.PickedData)
            .From(sets.Reads).Then(ordered).To(sets.Writes);
        Before = (ordered | picked).Closure();
    }

    public CpuSets Sets => sets;

    public CpuRelations Relations => relations;

    /// <summary>local-hw-reqs, closed.</summary>
    public Relation Before { get; }

    /// <summary>DSB-ob: not closed, since it says what a TLBI's DSB is followed by.</summary>
    public Relation AfterDsb { get; }

    /// <summary>IFB-ob.</summary>
    public Relation AfterSynchronization { get; }

    /// <summary>lwfs.</summary>
    private Relation SameWord()
    {
        var inOrder = relations.Po & relations.SameWord;
        return inOrder.From(sets.Accesses).To(sets.Writes)
            | inOrder.From(sets.Walks).To(sets.Writes | sets.Updates);
    }

    /// <summary>dob.</summary>
    private Relation Dependency()
    {
        var effects = sets.Writes | sets.Updates | sets.Invalidations;
        return relations.Address | relations.Data | relations.Control.To(effects)
            | relations.Address.To(sets.Accesses).Then(relations.Po).To(sets.Writes | sets.Updates)
            | (relations.Address | relations.Data).To(sets.Accesses).Then(relations.ReadsSuccessor)
            | relations.Translation.To(sets.Accesses).Then(relations.Po).To(sets.Writes | sets.Updates);
    }

    /// <summary>pob.</summary>
    private Relation Picked()
    {
        var effects = sets.Writes | sets.Updates | sets.Invalidations;
        return (relations.PickedAddress | relations.PickedControl).To(effects) | relations.PickedData
            | relations.PickedAddress.To(sets.Accesses).Then(relations.Po).To(sets.Writes | sets.Updates);
    }

    /// <summary>aob.</summary>
    private Relation Atomic() => relations.Pair
        | relations.Pair.From(sets.Reads).Then(relations.ReadsSuccessor).To(sets.AcquiresOfBothKinds);

    /// <summary>bob.</summary>
    private Relation Barrier()
    {
        var po = relations.Po;
        var ends = sets.Accesses | sets.Faults;
        EventSet Either(BarrierAccesses accesses) => sets.Dmb(accesses) | sets.Dsb(accesses);
        var acquireRelease = relations.OneInstruction.From(sets.Acquires).To(sets.Releases);
        var both = Relation.Where(po.Size, (from, to) => from == to && acquireRelease.Inverse().After(from) is var of
            && !of.IsEmpty);
        return Between(sets.Accesses, Either(BarrierAccesses.All), ends)
            | Between(sets.ReturningReads, Either(BarrierAccesses.Loads), ends)
            | Between(sets.Writes, Either(BarrierAccesses.Stores), sets.Writes | sets.Faults)
            | both.Then(po).To(ends)
            | po.From(sets.Releases).To(sets.Acquires)
            | po.From(sets.AcquiresOfBothKinds).To(ends)
            | po.From(sets.Accesses).To(sets.Releases);
    }

    /// <summary>DSB-ob: a walk waits for a DSB with ETS2 only.</summary>
    private Relation Dsb()
    {
        var all = Everything();
        var ends = mode.Ets2 ? all : all - sets.Walks - sets.Updates;
        return Between(
                sets.Accesses | sets.Walks | sets.Updates | sets.Invalidations, sets.Dsb(BarrierAccesses.All), ends)
            | Between(sets.ReturningReads, sets.Dsb(BarrierAccesses.Loads), ends)
            | Between(sets.Writes, sets.Dsb(BarrierAccesses.Stores), ends);
    }

    /// <summary>IFB-ob.</summary>
    private Relation Synchronization()
    {
        var po = relations.Po;
        var after = po.From(sets.Synchronizations);
        var toSynchronization = po.To(sets.Synchronizations);
        return (relations.Control | relations.PickedControl).To(sets.Synchronizations).Then(after)
            | (relations.Address | relations.PickedAddress).To(sets.Accesses).Then(toSynchronization).Then(after)
            | relations.PickedAddress.To(sets.Walks).Then(relations.Translation.To(sets.Faults)).Then(after)
            | AfterDsb.To(sets.Synchronizations).Then(after)
            | relations.Translation.To(sets.Faults).Then(after)
            | relations.Translation.To(sets.Accesses).Then(toSynchronization).Then(after);
    }

    /// <summary>ets-ob: the walk that ends in a Translation or Access flag fault waits for earlier accesses.</summary>
    private Relation EnhancedTranslation() => !mode.Ets2 ? new Relation(relations.Po.Size)
        : relations.Po.From(sets.Accesses).To(sets.UncacheableFaults).Then(relations.Translation.Inverse());

    /// <summary>Not of Arm's model: accesses and faults in program order.</summary>
    private Relation InOrder()
    {
        var steps = sets.Accesses | sets.Faults;
        return mode.InOrder ? relations.Po.From(steps).To(steps) : new Relation(relations.Po.Size);
    }

    private Relation Between(EventSet from, EventSet barrier, EventSet to) =>
        relations.Po.From(from).To(barrier).Then(relations.Po).To(to);

    private EventSet Everything() => new(relations.Po.Size == EventSet.Limit
        ? UInt128.MaxValue : (UInt128.One << relations.Po.Size) - UInt128.One);
}
