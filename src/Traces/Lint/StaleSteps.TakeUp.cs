namespace Orleans.Mmu.Traces.Lint;

/// <summary>Old values that a CPU cannot have cached, since it takes up the tree after they were replaced.</summary>
internal sealed partial class StaleSteps
{
    /// <summary>A register of a CPU is about to lead to a tree: it may read what others have replaced.</summary>
    public void LeadTo(ulong root, int cpu)
    {
        if (!stale.HasKept || holders[cpu].Held.ContainsKey(root))
            return;
        foreach (var value in stale.OfTree(root))
        {
            if (value.Writer != cpu)
                stale.Release(value);
        }
    }

    /// <summary>
    /// Before a CPU takes up a tree of which it holds nothing: it reads no value that an ordered change has replaced.
    /// Where no CPU holds the tree, every ordered change of it is clean.
    /// </summary>
    /// <param name="cpu">The CPU; null where it may use entries of other CPUs.</param>
    public void TakeUp(ulong root, int? cpu)
    {
        NameNoMore(root, cpu);
        EndEarly(root);
        if (holders.HoldsAny([root]))
        {
            if (cpu is { } taker && !holders[taker].Held.ContainsKey(root))
                TakeUpHeld(root, taker);
            return;
        }

        if (cpu is { } own)
            TakeUpOwn(root, own);

        foreach (var value in stale.OfTree(root))
        {
            if (value.Order == StoreOrder.All && !holders.HoldsAny(value.Roots))
                Finish(value, null);
        }
    }

    /// <summary>
    /// A CPU is about to set SCTLR.M: it has read no value that came and went, with a DSB, while M was 0.
    /// </summary>
    public void Wake(int cpu, CasemateRegime regime)
    {
        var holder = holders[cpu];
        if (!holder.IsOff(regime))
            return;
        EndEarly(regime);
        foreach (var tree in holder.Held.Keys.ToList())
        {
            foreach (var value in stale.OfTree(tree.Root))
            {
                if (value.Order == StoreOrder.All && value.Regime == regime
                    && holder.SleepsSince(value.Roots, regime, value.StoredAt))
                    Finish(value, cpu);
            }
        }
    }

    // A DSB NSH came before the TLBI, and no DSB has completed it. The TLBI may have reached the CPU by now, and a walk
    // of this CPU may read the old value behind it (R_TGRMW), so it counts for the writer alone.
    private void NameNoMore(ulong root, int? taker)
    {
        foreach (var state in _cpus.Values)
        {
            // Every write of TTBR asks, and nearly always there is nothing.
            if (state.Own.Count == 0)
                continue;
            foreach (var pending in state.Pending)
            {
                if (pending.Broadcast)
                    pending.NameForWriter(IsReadBy(root, taker));
            }
        }
    }

    // The values that walks of the CPU may read although a DSB NSH has followed the stores that replaced them.
    private Predicate<StaleValue> IsReadBy(ulong root, int? taker) => value =>
        value.Order == StoreOrder.Own && value.Roots.Contains(root)
        && (taker is not { } cpu || (cpu != value.Writer && !holders[cpu].Held.ContainsKey(root)));

    private void TakeUpHeld(ulong root, int taker)
    {
        foreach (var value in stale.OfTree(root))
        {
            if (value.Order == StoreOrder.All && !IsCachedBy(value, taker))
                Finish(value, taker);
        }

        TakeUpOwn(root, taker);
    }

    // What a DSB NSH of the CPU has ordered, its walks do not read, while those of other CPUs may.
    private void TakeUpOwn(ulong root, int taker)
    {
        foreach (var value in stale.OfTree(root))
        {
            if (value.Order == StoreOrder.Own && value.Writer == taker && !IsCachedBy(value, taker))
                (value.DroppedBy ??= []).Add(taker);
        }
    }
}
