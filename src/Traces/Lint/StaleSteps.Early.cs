namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// TLBIs that come before the DSB of the store that they remove the old value of, while no CPU that they reach walks
/// the tree: no walk brings the value back, so the DSB that completes them is enough. Where a CPU takes the tree up
/// before that DSB, its walks may read the old value (R_TGRMW), and the TLBI does not count.
/// </summary>
internal sealed partial class StaleSteps
{
    // Whether each CPU that the TLBI reaches, and that may hold the tree, has left it. The writer's own TLBI alone
    // counts: the DSB that completes it orders the store.
    private bool IsLeft(StaleValue value, in LintedTlbi operation)
    {
        if (operation.ByAddress || !value.HasAsids || value.Writer != _issuer || value.Order == StoreOrder.All)
            return false;
        bool everything = !operation.ByAsid;
        return operation.Broadcast ? holders.HaveLeft(value, everything)
            : holders[_issuer].Holds(value.Roots) && holders[_issuer].HasLeft(value, everything);
    }

    // A CPU takes up a tree.
    private void EndEarly(ulong root)
    {
        foreach (var state in _cpus.Values)
            state.EndEarly(root);
    }

    // A CPU is about to set SCTLR.M, and may go on from table descriptors of any tree.
    private void EndEarly(CasemateRegime regime)
    {
        foreach (var state in _cpus.Values)
            state.EndEarly(regime);
    }
}
