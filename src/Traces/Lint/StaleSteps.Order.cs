using Orleans.Mmu.Arm.Barriers;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>The stores that replaced old values, and the DSBs and TLBIs that they come before.</summary>
internal sealed partial class StaleSteps
{
    // The CPU whose TLBI is judged, and the number of its last DSB.
    private int _issuer;
    private bool _isBroadcast;
    private long _issuerDsb;
    private Func<StaleValue, bool>? _isOrdered;
    private readonly List<StaleValue> _ordered = [];

    /// <summary>A lock has gone from the CPU that replaced a value to another one, whose DSB counts too.</summary>
    public void HandOver(StaleValue value, int cpu)
    {
        value.HandedTo = cpu;
        Of(cpu).AddFresh(value);
    }

    /// <summary>A CPU has replaced a value, its DSB NSH has followed, and it has never had the value cached.</summary>
    public void Keep(int cpu, StaleValue value, LintedEvent store)
    {
        Replace(cpu, value, store, isOwn: true);
        value.DroppedBy = [cpu];
    }

    // Whether the CPU's DSB orders the store.
    private bool Order(int cpu, StaleValue value, bool own)
    {
        if (value.IsClean || (value.Writer != cpu && (own || value.HandedTo != cpu)))
            return false;
        if (!own)
            stale.Release(value);
        value.Waits = false;
        (value.Order, value.OrderedAt) = (own ? StoreOrder.Own : StoreOrder.All, _events);
        if (!own)
            value.ReadableUntil = Event.At;
        return true;
    }

    // Whether the store that replaced a value comes before the TLBI that is judged. The writer's TLBI follows its own
    // DSB. Another CPU's follows only after a DSB of its own.
    private bool IsOrdered(StaleValue value) => value.Order switch
    {
        // No walk of a CPU whose SCTLR.M is 0, or which has left the tree, brings the value back.
        StoreOrder.All => _issuer == value.Writer || _issuerDsb > value.OrderedAt
            || (!_isBroadcast && (IsOff(_issuer, value.Regime) || !holders[_issuer].MayRead(value))),
        StoreOrder.Own => _issuer == value.Writer && (OtherHolder(value, _issuer) is null
            || (!_isBroadcast && !holders.IsAnotherAwake(value.Roots, _issuer))),
        _ => false,
    };

    // A DSB of the CPU orders what it has stored, unless it waits for loads alone.
    private void OrderStores(int cpu, StaleProgress state, DsbKind kind)
    {
        if (kind.Accesses() == BarrierAccesses.Loads)
            return;
        bool own = !kind.ReachesOtherCpus();
        foreach (var value in state.Fresh)
        {
            if (Order(cpu, value, own) && own)
                state.AddOwn(value);
        }

        state.ClearFresh();
        state.ClearEarly();
        if (!own && state.Own.Count > 0)
            OrderAll(cpu, state);
    }

    // The CPU's DSB for every CPU follows one for itself alone. What CPUs have removed by TLBIs of their own in between
    // is clean now.
    private void OrderAll(int cpu, StaleProgress state)
    {
        _ordered.Clear();
        foreach (var value in state.Own)
        {
            if (Order(cpu, value, own: false))
                _ordered.Add(value);
        }

        state.ClearOwn();
        foreach (var value in _ordered)
        {
            if (value.DroppedBy is not null && !MayBeCached(value))
                Finish(value, value.Writer);
        }
    }

    // No CPU that may hold the tree has the value cached. Where no DSB for every CPU has followed the store, a CPU that
    // takes the tree up later, or that sets SCTLR.M, may still read the value (R_TGRMW).
    private void CleanOrKeep(StaleValue value, int? cpu)
    {
        if (cpu is null || value.Order == StoreOrder.All)
            Clean(value);
        else if (OtherHolder(value, value.Writer) is not null)
            return;
        else if (value.Order == StoreOrder.Own)
            Keep(value);
        else
            Clean(value);
    }

    // What the CPU that replaced a value has dropped by a TLBI of its own stays dropped.
    private void Keep(StaleValue value)
    {
        Kept(value);
        if (value is { IsClean: false, NamedBy: { Operation.Broadcast: false } named } && named.Cpu == value.Writer
            && value.DroppedBy?.Contains(value.Writer) == true)
            stale.Keep(value);
    }

    private bool IsCutOff(StaleValue value) =>
        value.Page.HasUncleanParent && tables.IsCutOff(value, _isOrdered ??= IsOrdered);
}
