namespace Orleans.Mmu.Traces.Lint;

/// <summary>The stores that replaced old values, and the DSBs and TLBIs that they come before.</summary>
internal sealed partial class StaleSteps
{
    // The CPU whose TLBI is judged, and the number of its last DSB.
    private int _issuer;
    private bool _isBroadcast;
    private long _issuerDsb;
    private Func<StaleValue, bool>? _isOrdered;

    /// <summary>A lock has gone from the CPU that replaced a value to another one, whose DSB counts too.</summary>
    public void HandOver(StaleValue value, int cpu)
    {
        value.HandedTo = cpu;
        Of(cpu).Fresh.Add(value);
    }

    // Whether the CPU's DSB orders the store.
    private bool Order(int cpu, StaleValue value, bool own)
    {
        if (value.IsClean || (value.Writer != cpu && (own || value.HandedTo != cpu)))
            return false;
        value.Waits = false;
        (value.Order, value.OrderedAt) = (own ? StoreOrder.Own : StoreOrder.All, _events);
        return true;
    }

    // Whether the store that replaced a value comes before the TLBI that is judged. The writer's TLBI follows its own
    // DSB. Another CPU's follows only after a DSB of its own.
    private bool IsOrdered(StaleValue value) => value.Order switch
    {
        // No walk of a CPU whose SCTLR.M is 0 brings the value back.
        StoreOrder.All => _issuer == value.Writer || _issuerDsb > value.OrderedAt
            || (!_isBroadcast && IsOff(_issuer, value.Regime)),
        StoreOrder.Own => _issuer == value.Writer && (OtherHolder(value, _issuer) is null
            || (!_isBroadcast && holders.Awake(value.Roots).All(cpu => cpu == _issuer))),
        _ => false,
    };

    private bool IsCutOff(StaleValue value) =>
        value.Page.HasUncleanParent && tables.IsCutOff(value, _isOrdered ??= IsOrdered);
}
