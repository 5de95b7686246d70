using Orleans.Mmu.Axioms.Events;
using Orleans.Mmu.Axioms.Programs;
using Orleans.Mmu.Axioms.Relations;

namespace Orleans.Mmu.Axioms.Model;

/// <summary>The sets of one CPU's events that the model's relations begin and end in, with the model's names.</summary>
internal sealed class CpuSets
{
    public CpuSets(IReadOnlyList<Event> events)
    {
        EventSet Of(Func<Event, bool> has) => events.Index().Where(each => has(each.Item))
            .Aggregate(default(EventSet), (set, each) => set | EventSet.Of(each.Index));

        Reads = Of(each => each.Kind == EventKind.Read);
        Writes = Of(each => each.Kind == EventKind.Write);
        ReturningReads = Of(each => each.Kind == EventKind.Read && !each.NoReturn);
        Walks = Of(each => each.Kind == EventKind.Walk);
        Updates = Of(each => each.Kind == EventKind.Update);
        Faults = Of(each => each.Kind == EventKind.Fault && each.Fault != FaultKind.Call);
        UncacheableFaults = Of(each => each.IsUncacheableFault);
        Invalidations = Of(each => each.Kind == EventKind.Invalidation);
        Acquires = Of(each => each.Acquire);
        AcquiresOfBothKinds = Of(each => each.Acquire || each.AcquirePc);
        Releases = Of(each => each.Release);
        Synchronizations = Of(each => each.Kind is EventKind.Synchronization or EventKind.Fault);
        Dsb = Barriers(EventKind.Dsb);
        Dmb = Barriers(EventKind.Dmb);

        Func<BarrierAccesses, EventSet> Barriers(EventKind kind) =>
            accesses => Of(each => each.Kind == kind && each.Accesses == accesses);
    }

    /// <summary>[Exp &amp; R].</summary>
    public EventSet Reads { get; }

    /// <summary>[Exp &amp; W].</summary>
    public EventSet Writes { get; }

    /// <summary>[Exp &amp; M].</summary>
    public EventSet Accesses => Reads | Writes;

    /// <summary>[(Exp &amp; R) \ NoRet].</summary>
    public EventSet ReturningReads { get; }

    /// <summary>[Imp &amp; TTD &amp; R].</summary>
    public EventSet Walks { get; }

    /// <summary>[HU].</summary>
    public EventSet Updates { get; }

    /// <summary>[MMU &amp; FAULT].</summary>
    public EventSet Faults { get; }

    /// <summary>[TLBUncacheable &amp; FAULT].</summary>
    public EventSet UncacheableFaults { get; }

    /// <summary>[TLBI].</summary>
    public EventSet Invalidations { get; }

    /// <summary>[A].</summary>
    public EventSet Acquires { get; }

    /// <summary>[A | Q].</summary>
    public EventSet AcquiresOfBothKinds { get; }

    /// <summary>[L].</summary>
    public EventSet Releases { get; }

    /// <summary>[IFB]: ISB, exception entry and return.</summary>
    public EventSet Synchronizations { get; }

    /// <summary>DSBs of a kind.</summary>
    public Func<BarrierAccesses, EventSet> Dsb { get; }

    /// <summary>DMBs of a kind; a DSB does what they do, too.</summary>
    public Func<BarrierAccesses, EventSet> Dmb { get; }
}
