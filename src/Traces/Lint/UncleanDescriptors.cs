namespace Orleans.Mmu.Traces.Lint;

/// <summary>A change whose old value may still be cached.</summary>
internal readonly record struct UncleanDescriptor(LintedPage Page, int Word, ushort Version, ulong Old)
{
    /// <summary>The first input address of the descriptor.</summary>
    public ulong Input => Page.Input + (ulong)Word * Page.Cover;
}

/// <summary>
/// The descriptors that one CPU has changed and not yet cleaned, by the steps that are done: a DSB, a TLBI that names
/// the descriptor (two for stage 2, with a DSB between), a DSB. A change moves at most four times, so the cost of an
/// event does not grow with the length of the trace.
/// </summary>
internal sealed class UncleanDescriptors
{
    private readonly List<UncleanDescriptor> _fresh = [];
    private readonly Dictionary<(CasemateRegime, ulong Page), List<UncleanDescriptor>> _orderedPages = [];
    private readonly Stack<List<UncleanDescriptor>> _spare = [];
    private readonly List<(CasemateRegime, ulong)> _reached = [];
    private readonly List<UncleanDescriptor> _orderedOthers = [];
    private readonly List<UncleanDescriptor> _invalidated = [];
    private readonly List<UncleanDescriptor> _stage2Invalidated = [];
    private readonly List<UncleanDescriptor> _stage2Complete = [];

    public void Add(UncleanDescriptor change) => _fresh.Add(change);

    /// <summary>A DSB of the CPU.</summary>
    /// <param name="completes">The DSB completes broadcast TLBIs.</param>
    /// <param name="clean">Receives each descriptor that is clean from now on.</param>
    public void Dsb(bool completes, Action<UncleanDescriptor> clean)
    {
        if (completes)
        {
            foreach (var change in _invalidated)
                clean(change);
            _invalidated.Clear();
            _stage2Complete.AddRange(_stage2Invalidated);
            _stage2Invalidated.Clear();
        }

        foreach (var change in _fresh)
        {
            if (change.Page.Level == 3)
                PagesAt(change.Page.Regime, change.Input).Add(change);
            else
                _orderedOthers.Add(change);
        }

        _fresh.Clear();
    }

    /// <summary>A TLBI of the CPU.</summary>
    /// <param name="first">The first input address that the TLBI names.</param>
    /// <param name="length">The bytes that it names from there.</param>
    /// <param name="names">Whether the TLBI names a change in the regimes that it reaches.</param>
    public void Tlbi(in LintedTlbi operation, ulong first, ulong length, Func<UncleanDescriptor, bool> names)
    {
        if (operation.Combined)
            Move(_stage2Complete, names, _invalidated);
        Reach(operation, _orderedOthers, names);
        if (_orderedPages.Count == 0)
            return;
        foreach (var regime in (
            ReadOnlySpan<CasemateRegime>)[CasemateRegime.El1, CasemateRegime.El2, CasemateRegime.Stage2])
        {
            if (!operation.Reaches(regime))
                continue;
            if (length / LintedPage.Size <= (ulong)_orderedPages.Count)
            {
                for (ulong at = first; at - first < length; at += LintedPage.Size)
                    ReachPage(operation, (regime, at), names);
                continue;
            }

            _reached.Clear();
            foreach (var key in _orderedPages.Keys)
            {
                if (key.Item1 == regime && key.Page >= first && key.Page - first < length)
                    _reached.Add(key);
            }

            foreach (var key in _reached)
                ReachPage(operation, key, names);
        }
    }

    private List<UncleanDescriptor> PagesAt(CasemateRegime regime, ulong page)
    {
        if (!_orderedPages.TryGetValue((regime, page), out var changes))
            _orderedPages[(regime, page)] = changes = _spare.TryPop(out var spare) ? spare : [];
        return changes;
    }

    private void ReachPage(in LintedTlbi operation, (CasemateRegime, ulong) key, Func<UncleanDescriptor, bool> names)
    {
        if (!_orderedPages.TryGetValue(key, out var changes))
            return;
        Reach(operation, changes, names);
        if (changes.Count > 0)
            return;
        _orderedPages.Remove(key);
        _spare.Push(changes);
    }

    private void Reach(in LintedTlbi operation, List<UncleanDescriptor> from, Func<UncleanDescriptor, bool> names)
    {
        for (int i = from.Count - 1; i >= 0; i--)
        {
            var change = from[i];
            if (!operation.Reaches(change.Page.Regime) || !names(change))
                continue;
            // Entries that combine both stages need a second operation, unless this one reaches both.
            bool once = change.Page.Regime != CasemateRegime.Stage2 || operation.Combined;
            (once ? _invalidated : _stage2Invalidated).Add(change);
            from.RemoveAt(i);
        }
    }

    private static void Move(
        List<UncleanDescriptor> from, Func<UncleanDescriptor, bool> names, List<UncleanDescriptor> to)
    {
        for (int i = from.Count - 1; i >= 0; i--)
        {
            if (!names(from[i]))
                continue;
            to.Add(from[i]);
            from.RemoveAt(i);
        }
    }
}
