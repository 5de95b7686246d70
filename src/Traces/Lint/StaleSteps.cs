using Orleans.Mmu.Arm.Invalidation;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// The steps by which old values of descriptors leave every TLB (R_DDMVT): a DSB of the CPU that replaced the value; a
/// TLBI that names it, of that CPU or of another that has had a DSB since; a DSB of the TLBI's CPU. A local TLBI
/// counts for its own CPU. A value of stage 2 needs a second TLBI after the DSB, unless the first reaches both stages.
/// The value of a table descriptor leaves only after the old values below the table.
/// </summary>
internal sealed partial class StaleSteps(StaleIndex stale, StaleTables tables, LintedHolders holders)
{
    private readonly Dictionary<int, StaleProgress> _cpus = [];
    private long _events;

    /// <summary>Receives each value that no CPU has cached any more.</summary>
    public required Action<StaleValue> Cleaned { get; init; }

    /// <summary>Whether SCTLR.M of a regime is 0 on a CPU, with an ISB.</summary>
    public required Func<int, CasemateRegime, bool> IsOff { get; init; }

    /// <summary>
    /// Receives each value of a table descriptor that no CPU has cached, and that only walks of CPUs which take the
    /// tree up later may read.
    /// </summary>
    public required Action<StaleValue> Kept { get; init; }

    /// <summary>The event that is judged.</summary>
    public LintedEvent Event { get; private set; }

    /// <summary>An event is about to be judged.</summary>
    public void Begin(LintedEvent happened)
    {
        Event = happened;
        stale.Recycle();
    }

    /// <summary>A CPU has replaced a value, by the event that is judged.</summary>
    public void Replace(int cpu, StaleValue value) => Replace(cpu, value, Event);

    /// <summary>A CPU has replaced a value, by an earlier event.</summary>
    /// <param name="isOwn">A DSB NSH has followed, so walks of this CPU read what it has stored.</param>
    public void Replace(int cpu, StaleValue value, LintedEvent store, bool isOwn = false)
    {
        stale.Release(value);
        bool waits = value.Waits && value.Writer == cpu && value.Order == StoreOrder.None;
        value.Generation++;
        (value.Writer, value.HandedTo, value.Order, value.Waits) = (cpu, null, StoreOrder.None, true);
        (value.DroppedBy, value.Gone, value.NamedBelow) = (null, null, null);
        value.ForgetIds();
        (value.ReplacedAt, value.NamedBy, value.NearestTlbi) = (store, null, null);
        value.ReadableUntil = long.MaxValue;
        if (!waits)
            Of(cpu).AddFresh(value);
        if (isOwn && Order(cpu, value, own: true))
            Of(cpu).AddOwn(value);
    }

    /// <summary>
    /// Whether a CPU may have the value cached. Of a tree without ASIDs that was released, CPUs hold entries although
    /// none holds its root.
    /// </summary>
    public bool MayBeCached(StaleValue value) =>
        (value.DroppedBy is null && !value.HasAsids) || IsCachedBy(value, null);

    public void Dsb(int cpu, LintedDsb dsb)
    {
        var state = Of(cpu);
        _events++;
        // A DSB that completes TLBIs orders the stores before it, too.
        OrderStores(cpu, state, dsb.Kind);
        foreach (var pending in state.Pending)
        {
            if (!dsb.Completes(pending.Broadcast, pending.NoXs))
                continue;
            foreach (var value in pending.Complete())
                Finish(value, pending.Broadcast ? null : cpu);
            FinishPartly(pending);
        }

        state.LastDsb = _events;
    }

    /// <summary>A TLBI of a CPU.</summary>
    /// <param name="reach">Decides what the TLBI names.</param>
    public void Tlbi(int cpu, in LintedTlbi operation, ulong value, TlbiReach reach)
    {
        var scope = reach.Begin(operation, value, cpu);
        if (Repeats(cpu, operation, scope, TlbiOperandFormat.AsidOf(value)))
            return;
        var issued = Issue(cpu, operation, scope, TlbiOperandFormat.AsidOf(value));
        var state = Of(cpu);
        var pending = state.PendingOf(operation);
        (_issuer, _isBroadcast, _issuerDsb) = (cpu, operation.Broadcast, state.LastDsb);
        if (operation.Combined)
            NameAgain(state, operation, pending, reach);

        foreach (var near in stale.Near(cpu, operation, scope.First, scope.Length))
        {
            if (!operation.Reaches(near.Regime))
                continue;
            bool isCutOff = IsCutOff(near);
            bool isOrdered = isCutOff || IsOrdered(near);
            bool isEarly = !isOrdered && IsLeft(near, operation);
            if (reach.Miss(near, isCutOff, isOrdered || isEarly) is { } miss)
            {
                if (near.NearestTlbi is null || miss >= near.NearestMiss)
                    (near.NearestTlbi, near.NearestMiss) = (issued, miss);
                if (isEarly)
                    near.ForgetIds();
                else if (reach.Named.Count > 0)
                    pending.Name(near, reach.Named);
                continue;
            }

            near.NamedBy = issued;
            if (isEarly)
                state.AddEarly(near);
            // Entries that combine both stages need a second operation, unless this one reaches both.
            bool once = near.Regime != CasemateRegime.Stage2 || operation.Combined;
            pending.Name(near, once);
        }
    }

    /// <summary>A page is about to leave its trees: what no CPU has cached of it is clean.</summary>
    public void Leave(LintedPage page)
    {
        for (int word = 0; page.Stale > 0 && word < LintedPage.Words; word++)
        {
            foreach (var value in stale.Of(page, word).ToArray())
            {
                if (!value.IsClean && !IsCachedBy(value, null))
                    Clean(value);
            }
        }
    }

    // TLBIs have removed a value from one CPU, or from every CPU.
    private void Finish(StaleValue value, int? cpu)
    {
        if (value.IsClean)
            return;
        if (value.Table is not null && FirstBelow(value, cpu) is { } first)
        {
            var wait = new StaleWait(value, value.Generation, cpu);
            first.Waiting ??= [];
            if (!first.Waiting.Contains(wait))
                first.Waiting.Add(wait);
            return;
        }

        if (cpu is { } own)
            (value.DroppedBy ??= []).Add(own);
        if (cpu is null || !MayBeCached(value))
            CleanOrKeep(value, cpu);
        var waiting = value.Waiting;
        value.Waiting = null;
        if (waiting is null)
            return;
        foreach (var (table, generation, dropped) in waiting)
        {
            if (table.Generation == generation)
                Finish(table, dropped);
        }
    }

    private StaleValue? FirstBelow(StaleValue value, int? cpu) =>
        tables.FirstBelow(value, below => IsCachedBy(below, cpu));

    /// <summary>Whether a CPU that may hold the tree, any where none is named, may have the value cached.</summary>
    public bool IsCachedBy(StaleValue value, int? cpu) => holders.MayHold(value, cpu);

    private void Clean(StaleValue value)
    {
        if (value.IsClean)
            return;
        stale.Remove(value);
        Of(value.Writer).RemoveOwn(value);
        Cleaned(value);
    }

    private StaleProgress Of(int cpu)
    {
        if (!_cpus.TryGetValue(cpu, out var state))
            _cpus[cpu] = state = new();
        return state;
    }
}
