namespace Orleans.Mmu.Traces.Lint;

/// <summary>Which step is missing before an old value has left every TLB.</summary>
internal sealed partial class StaleSteps
{
    /// <summary>
    /// The first missing step of a value that may be cached, as a clause: "no DSB of CPU 0 has followed the store of
    /// event 7, which replaced it". A TLBI that came nearest to naming the value is named with the reason why it does
    /// not.
    /// </summary>
    public string Missing(StaleValue value)
    {
        if (value.Order == StoreOrder.None)
        {
            return $"no DSB of CPU {value.Writer} for stores has followed the store of event {value.ReplacedAt}, which "
                + "replaced it";
        }

        if (PendingOf(value) is { } pending)
            return pending;
        if (value.Order == StoreOrder.Own && OtherHolder(value, value.Writer) is { } walker)
        {
            return $"only a DSB NSH of CPU {value.Writer} has followed the store of event {value.ReplacedAt}, which "
                + $"replaced it, and CPU {walker} may walk the table";
        }

        if (tables.FirstBelow(value, MayBeCached) is { } below && below.Waiting?.Exists(w => w.Table == value) == true)
            return $"the old value of 0x{below.Address:x} below it may: {Missing(below)}";
        if (value.DroppedBy is { Count: > 0 } && holders.Of(value.Roots).Except(value.DroppedBy).Any())
        {
            return $"the TLBI of event {value.NamedBy?.Event} removes it from CPU {value.NamedBy?.Cpu} alone, and CPU "
                + $"{holders.Of(value.Roots).Except(value.DroppedBy).First()} may hold it";
        }

        if (value.NearestTlbi is { } near)
            return Nearest(near, value.NearestMiss);
        return _last is { } last && last.Event > value.ReplacedAt
            ? Nearest(last, last.Operation.Reaches(value.Regime) ? TlbiMiss.Address : TlbiMiss.Regime)
            : $"no TLBI has followed the store of event {value.ReplacedAt}, which replaced it";

        static string Nearest(IssuedTlbi tlbi, TlbiMiss miss) =>
            $"no TLBI since then names it: the TLBI of event {tlbi.Event} {tlbi.Instead(miss)}";
    }

    // The step that a value waits for after a TLBI has named it; null if no TLBI has.
    private string? PendingOf(StaleValue value)
    {
        foreach (var (cpu, state) in _cpus)
        {
            foreach (bool broadcast in (bool[])[true, false])
            {
                var pending = broadcast ? state.Broadcast : state.Local;
                if (IsIn(pending.Named) || IsIn(pending.Stage2Named))
                {
                    return $"no DSB {(broadcast ? "ISH" : "NSH")} of CPU {cpu} has completed the TLBI of event "
                        + $"{value.NamedBy?.Event}";
                }

                if (IsIn(pending.Stage2Complete))
                {
                    return $"no second TLBI, for entries that combine both stages, has followed the TLBI of event "
                        + $"{value.NamedBy?.Event}";
                }
            }
        }

        return null;

        bool IsIn(Dictionary<StaleValue, int> named) =>
            named.TryGetValue(value, out int generation) && generation == value.Generation;
    }

    private int? OtherHolder(StaleValue value, int cpu)
    {
        foreach (int holder in holders.Of(value.Roots))
        {
            if (holder != cpu)
                return holder;
        }

        return null;
    }
}
