namespace Orleans.Mmu.Checking;

/// <summary>A change whose old value may still be cached.</summary>
internal readonly record struct UncleanDescriptor(TracedPage Page, int Word, ushort Version, ulong Old)
{
    /// <summary>The first input address of the descriptor.</summary>
    public ulong Input => Page.Input + (ulong)Word * Page.Cover;
}

/// <summary>
/// What one CPU has changed and not yet cleaned, by how far it has come: a DSB, a TLBI that names it (for stage 2 two of
/// them with a DSB between), a DSB. Each change moves at most four times, so a long trace costs no more for its length.
/// </summary>
internal sealed class UncleanDescriptors
{
    private readonly List<UncleanDescriptor> _fresh = [];
    private readonly Dictionary<(TraceRegime, ulong Page), List<UncleanDescriptor>> _orderedPages = [];
    private readonly List<UncleanDescriptor> _orderedOthers = [];
    private readonly List<UncleanDescriptor> _invalidated = [];
    private readonly List<UncleanDescriptor> _stage2Invalidated = [];
    private readonly List<UncleanDescriptor> _stage2Complete = [];

    public void Add(UncleanDescriptor change) => _fresh.Add(change);

    /// <summary>A DSB. Those that are clean with it are handed out.</summary>
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

    /// <summary>A TLBI.</summary>
    /// <param name="names">Whether it names a change of tables that it reaches.</param>
    public void Tlbi(in TracedTlbi operation, ulong first, ulong length, Func<UncleanDescriptor, bool> names)
    {
        if (operation.Combined)
            Move(_stage2Complete, names, _invalidated);
        Reach(operation, _orderedOthers, names);
        if (!operation.ByAddress)
        {
            foreach (var pages in _orderedPages.Values)
                Reach(operation, pages, names);
            return;
        }

        foreach (var regime in (ReadOnlySpan<TraceRegime>)[TraceRegime.El1, TraceRegime.El2, TraceRegime.Stage2])
        {
            if (!operation.Reaches(regime) || _orderedPages.Count == 0)
                continue;
            if (length / TracedPage.Size > (ulong)_orderedPages.Count)
            {
                foreach (var pages in _orderedPages.Where(p => p.Key.Item1 == regime && p.Key.Page >= first && p.Key.Page - first < length))
                    Reach(operation, pages.Value, names);
                continue;
            }

            for (ulong at = first; at - first < length; at += TracedPage.Size)
            {
                if (_orderedPages.TryGetValue((regime, at), out var pages))
                    Reach(operation, pages, names);
            }
        }
    }

    private List<UncleanDescriptor> PagesAt(TraceRegime regime, ulong page)
    {
        if (!_orderedPages.TryGetValue((regime, page), out var pages))
        {
            // Keys of pages that are clean again are of no use.
            if (_orderedPages.Count > 1 << 16)
            {
                foreach (var key in _orderedPages.Where(p => p.Value.Count == 0).Select(p => p.Key).ToList())
                    _orderedPages.Remove(key);
            }

            _orderedPages[(regime, page)] = pages = [];
        }

        return pages;
    }

    private void Reach(TracedTlbi operation, List<UncleanDescriptor> from, Func<UncleanDescriptor, bool> names)
    {
        for (int i = from.Count - 1; i >= 0; i--)
        {
            var change = from[i];
            if (!operation.Reaches(change.Page.Regime) || !names(change))
                continue;
            // The entries that combine both stages are left to a second operation, unless this one does both.
            (change.Page.Regime == TraceRegime.Stage2 && !operation.Combined ? _stage2Invalidated : _invalidated).Add(change);
            from.RemoveAt(i);
        }
    }

    private static void Move(List<UncleanDescriptor> from, Func<UncleanDescriptor, bool> names, List<UncleanDescriptor> to)
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
