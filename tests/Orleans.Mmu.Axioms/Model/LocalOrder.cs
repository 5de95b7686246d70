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
    private readonly CpuSets _sets;
    private readonly CpuRelations _relations;
    private readonly ModelMode _mode;

    public LocalOrder(IReadOnlyList<Event> events, ModelMode mode)
    {
        _sets = new CpuSets(events);
        _relations = new CpuRelations(events, _sets);
        _mode = mode;
        AfterDsb = Dsb();
        AfterSynchronization = Synchronization();
        var ordered = (SameWord() | Dependency() | Picked() | Atomic() | Barrier() | _relations.Translation | AfterDsb
            | AfterSynchronization | EnhancedTranslation() | InOrder()).Closure();
        var picked = (_relations.PickedAddress.To(_sets.Accesses) | _relations.PickedData)
            .From(_sets.Reads).Then(ordered).To(_sets.Writes);
        Before = (ordered | picked).Closure();
    }

    public CpuSets Sets => _sets;

    public CpuRelations Relations => _relations;

    /// <summary>local-hw-reqs, closed.</summary>
    public Relation Before { get; }

    /// <summary>DSB-ob: not closed, since it says what a TLBI's DSB is followed by.</summary>
    public Relation AfterDsb { get; }

    /// <summary>IFB-ob.</summary>
    public Relation AfterSynchronization { get; }

    /// <summary>lwfs.</summary>
    private Relation SameWord()
    {
        var inOrder = _relations.Po & _relations.SameWord;
        return inOrder.From(_sets.Accesses).To(_sets.Writes)
            | inOrder.From(_sets.Walks).To(_sets.Writes | _sets.Updates);
    }

    /// <summary>dob.</summary>
    private Relation Dependency()
    {
        var effects = _sets.Writes | _sets.Updates | _sets.Invalidations;
        return _relations.Address | _relations.Data | _relations.Control.To(effects)
            | _relations.Address.To(_sets.Accesses).Then(_relations.Po).To(_sets.Writes | _sets.Updates)
            | (_relations.Address | _relations.Data).To(_sets.Accesses).Then(_relations.ReadsSuccessor)
            | _relations.Translation.To(_sets.Accesses).Then(_relations.Po).To(_sets.Writes | _sets.Updates);
    }

    /// <summary>pob.</summary>
    private Relation Picked()
    {
        var effects = _sets.Writes | _sets.Updates | _sets.Invalidations;
        return (_relations.PickedAddress | _relations.PickedControl).To(effects) | _relations.PickedData
            | _relations.PickedAddress.To(_sets.Accesses).Then(_relations.Po).To(_sets.Writes | _sets.Updates);
    }

    /// <summary>aob.</summary>
    private Relation Atomic() => _relations.Pair
        | _relations.Pair.From(_sets.Reads).Then(_relations.ReadsSuccessor).To(_sets.AcquiresOfBothKinds);

    /// <summary>bob.</summary>
    private Relation Barrier()
    {
        var po = _relations.Po;
        var ends = _sets.Accesses | _sets.Faults;
        EventSet Either(BarrierAccesses accesses) => _sets.Dmb(accesses) | _sets.Dsb(accesses);
        var acquireRelease = _relations.OneInstruction.From(_sets.Acquires).To(_sets.Releases);
        var both = Relation.Where(po.Size, (from, to) => from == to && acquireRelease.Inverse().After(from) is var of
            && !of.IsEmpty);
        return Between(_sets.Accesses, Either(BarrierAccesses.All), ends)
            | Between(_sets.ReturningReads, Either(BarrierAccesses.Loads), ends)
            | Between(_sets.Writes, Either(BarrierAccesses.Stores), _sets.Writes | _sets.Faults)
            | both.Then(po).To(ends)
            | po.From(_sets.Releases).To(_sets.Acquires)
            | po.From(_sets.AcquiresOfBothKinds).To(ends)
            | po.From(_sets.Accesses).To(_sets.Releases);
    }

    /// <summary>DSB-ob: a walk waits for a DSB with ETS2 only.</summary>
    private Relation Dsb()
    {
        var all = Everything();
        var ends = _mode.Ets2 ? all : all - _sets.Walks - _sets.Updates;
        return Between(
                _sets.Accesses | _sets.Walks | _sets.Updates | _sets.Invalidations,
                _sets.Dsb(BarrierAccesses.All), ends)
            | Between(_sets.ReturningReads, _sets.Dsb(BarrierAccesses.Loads), ends)
            | Between(_sets.Writes, _sets.Dsb(BarrierAccesses.Stores), ends);
    }

    /// <summary>IFB-ob.</summary>
    private Relation Synchronization()
    {
        var po = _relations.Po;
        var after = po.From(_sets.Synchronizations);
        var toSynchronization = po.To(_sets.Synchronizations);
        return (_relations.Control | _relations.PickedControl).To(_sets.Synchronizations).Then(after)
            | (_relations.Address | _relations.PickedAddress).To(_sets.Accesses).Then(toSynchronization).Then(after)
            | _relations.PickedAddress.To(_sets.Walks).Then(_relations.Translation.To(_sets.Faults)).Then(after)
            | AfterDsb.To(_sets.Synchronizations).Then(after)
            | _relations.Translation.To(_sets.Faults).Then(after)
            | _relations.Translation.To(_sets.Accesses).Then(toSynchronization).Then(after);
    }

    /// <summary>ets-ob: the walk that ends in a Translation or Access flag fault waits for earlier accesses.</summary>
    private Relation EnhancedTranslation() => !_mode.Ets2 ? new Relation(_relations.Po.Size)
        : _relations.Po.From(_sets.Accesses).To(_sets.UncacheableFaults).Then(_relations.Translation.Inverse());

    /// <summary>Not of Arm's model: accesses and faults in program order.</summary>
    private Relation InOrder()
    {
        var steps = _sets.Accesses | _sets.Faults;
        return _mode.InOrder ? _relations.Po.From(steps).To(steps) : new Relation(_relations.Po.Size);
    }

    private Relation Between(EventSet from, EventSet barrier, EventSet to) =>
        _relations.Po.From(from).To(barrier).Then(_relations.Po).To(to);

    private EventSet Everything() => new(_relations.Po.Size == EventSet.Limit
        ? UInt128.MaxValue : (UInt128.One << _relations.Po.Size) - UInt128.One);
}
