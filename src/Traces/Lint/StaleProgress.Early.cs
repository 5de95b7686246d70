namespace Orleans.Mmu.Traces.Lint;

/// <summary>Values that a TLBI of the CPU has named before a DSB orders the stores that replaced them.</summary>
internal sealed partial class StaleProgress
{
    private readonly HashSet<StaleValue> _early = [];
    private readonly HashSet<ulong> _earlyRoots = [];

    /// <summary>A TLBI has named a value that waits for a DSB, and no CPU walks its tree.</summary>
    public void AddEarly(StaleValue value)
    {
        if (!_early.Add(value))
            return;
        value.References++;
        _earlyRoots.UnionWith(value.Roots);
    }

    /// <summary>A DSB has come.</summary>
    public void ClearEarly()
    {
        if (_early.Count == 0)
            return;
        foreach (var value in _early)
            value.References--;
        _early.Clear();
        _earlyRoots.Clear();
    }

    /// <summary>A CPU takes up a tree before that DSB: its walks may read the values behind the TLBIs.</summary>
    public void EndEarly(ulong root)
    {
        // Every write of TTBR asks, and nearly always there is nothing.
        if (_earlyRoots.Remove(root))
            EndEarly(value => value.Roots.Contains(root));
    }

    /// <summary>The same for every tree of a regime.</summary>
    public void EndEarly(CasemateRegime regime)
    {
        if (_early.Count > 0)
            EndEarly(value => value.Regime == regime);
    }

    private void EndEarly(Predicate<StaleValue> which) => _early.RemoveWhere(value =>
    {
        if (!which(value))
            return false;
        foreach (var pending in Pending)
            pending.NameNoMore(value);
        value.ForgetIds();
        (value.NearestTlbi, value.NearestMiss) = (value.NamedBy, TlbiMiss.Order);
        value.References--;
        return true;
    });
}
