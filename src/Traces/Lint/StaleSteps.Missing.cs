namespace Orleans.Mmu.Traces.Lint;

/// <summary>Which step is missing before an old value has left every TLB.</summary>
internal sealed partial class StaleSteps
{
    // The last TLBI of all, and of each regime.
    private readonly IssuedTlbi?[] _lastOf = new IssuedTlbi?[Enum.GetValues<CasemateRegime>().Length];
    private IssuedTlbi? _last;
    private readonly Stack<IssuedTlbi> _spareTlbis = [];

    /// <summary>
    /// The first missing step of a value that may be cached, as a clause: "no DSB of CPU 0 has followed the store of
    /// event 7, which replaced it". A TLBI that came nearest to naming the value is named with the reason why it does
    /// not.
    /// </summary>
    /// <param name="cpu">The CPU that fails, which the step concerns; null where none is named.</param>
    public string Missing(StaleValue value, int? cpu)
    {
        if (value.Order == StoreOrder.None)
        {
            return $"no DSB of CPU {value.Writer} for stores has followed the store of event {value.ReplacedAt}, which "
                + "replaced it";
        }

        if (PendingOf(value, cpu) is { } pending)
            return pending;
        if (value.Order == StoreOrder.Own
            && (cpu == value.Writer ? OtherHolder(value, value.Writer) : cpu) is { } walker)
        {
            return $"only a DSB NSH of CPU {value.Writer} has followed the store of event {value.ReplacedAt}, which "
                + $"replaced it, and CPU {walker} may walk the table";
        }

        if ((FirstBelow(value, cpu) ?? tables.FirstBelow(value, MayBeCached)) is { } below
            && below.Waiting?.Exists(w => w.Table == value) == true)
            return $"the old value of 0x{below.Address:x} below it may: {Missing(below, cpu)}";
        if (value.NamedBy is { Operation.Broadcast: false } named && cpu is { } holder && holder != named.Cpu)
        {
            return $"the TLBI of event {named.Event} removes it from CPU {named.Cpu} alone, and CPU {holder} may hold "
                + "it";
        }


        if (value.NearestTlbi is { } near)
            return Nearest(near, value.NearestMiss);
        if (_lastOf[(int)value.Regime] is { } last && last.Event.At > value.ReplacedAt.At)
            return Nearest(last, TlbiMiss.Address);
        return _last is { } other && other.Event.At > value.ReplacedAt.At ? Nearest(other, TlbiMiss.Regime)
            : $"no TLBI has followed the store of event {value.ReplacedAt}, which replaced it";

        string Nearest(IssuedTlbi tlbi, TlbiMiss miss) =>
            $"no TLBI since then names it: the TLBI of event {tlbi.Event} {tlbi.Instead(miss, value)}";
    }

    /// <inheritdoc cref="StaleTables.AllAbove"/>
    public IEnumerable<StaleValue> AllAbove(LintedPage page) => tables.AllAbove(page);

    /// <inheritdoc cref="StaleTables.FirstUnnamed"/>
    public ulong? FirstUnnamed(StaleValue descriptor, ulong from) => tables.FirstUnnamed(descriptor, from);

    /// <inheritdoc cref="StaleTables.FirstAbove"/>
    public StaleValue? FirstAbove(LintedPage page, Predicate<StaleValue>? counts = null) =>
        tables.FirstAbove(page, counts);

    /// <summary>Why an old value may be cached: "0x3003, which 0x2000 held before, since no TLBI …".</summary>
    public string WhyUnclean(StaleValue value, int? cpu) =>
        $"0x{value.Value:x}, which 0x{value.Address:x} held before, since {Missing(value, cpu)}";

    /// <summary>Why a page of a tree counts as a table, as a clause.</summary>
    public string WhyTable(LintedPage page, int? cpu) =>
        tables.FirstAbove(page) is { } above ? $"a CPU may still reach it through {WhyUnclean(above, cpu)}"
        : page.Address == page.RootAddress ? "it is the root"
        : $"the descriptor at 0x{page.Parents.FirstOrDefault():x} leads to it";

    // The same TLBI comes once more, with no event in between: it does what it has done already.
    private bool Repeats(int cpu, in LintedTlbi operation, (ulong First, ulong Length) scope, ushort asid)
    {
        if (_last is not { } last || last.Event.At != Event.At - 1
            || (last.Cpu, last.First, last.Length, last.Asid) != (cpu, scope.First, scope.Length, asid)
            || last.Operation != operation)
            return false;
        last.Become(Event, cpu, operation, scope, asid);
        return true;
    }

    private IssuedTlbi Issue(int cpu, in LintedTlbi operation, (ulong First, ulong Length) scope, ushort asid)
    {
        if (!_spareTlbis.TryPop(out var tlbi))
            tlbi = new(_spareTlbis);
        tlbi.Become(Event, cpu, operation, scope, asid);
        for (int regime = 0; regime < _lastOf.Length; regime++)
        {
            if (operation.Reaches((CasemateRegime)regime))
                _lastOf[regime] = IssuedTlbi.Exchange(_lastOf[regime], tlbi);
        }

        _last = IssuedTlbi.Exchange(_last, tlbi);
        return tlbi;
    }

    // The step that a value waits for after a TLBI has named it; null if no TLBI has.
    private string? PendingOf(StaleValue value, int? fails)
    {
        foreach (var (cpu, state) in _cpus)
        {
            foreach (var pending in state.Pending)
            {
                // A TLBI for its own CPU leaves what another one holds.
                if (!pending.Broadcast && fails is not null && fails != cpu)
                    continue;
                if (IsIn(pending.Named) || IsIn(pending.Stage2Named))
                {
                    return $"no DSB {(pending.Broadcast ? "ISH" : "NSH")} of CPU {cpu} has completed the TLBI of event "
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

    private int? OtherHolder(StaleValue value, int cpu) => holders.OtherThan(cpu, value.Roots);
}
