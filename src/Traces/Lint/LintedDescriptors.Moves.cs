namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// Tables that get another place, or come back with entries that were cleared, while SCTLR.M is 0 on every CPU that may
/// hold entries of their trees. They are judged when a CPU takes the tree up.
/// </summary>
internal sealed partial class LintedDescriptors
{
    // An old value led to the page at its former place.
    private readonly List<(StaleValue Old, int Generation, LintedPage Page)> _moved = [];

    // The descriptors that lead to a table with entries that were cleared and not flushed before an event.
    private readonly Dictionary<(LintedPage Page, int Word), long> _unclean = [];

    /// <summary>A table to which only old values lead is about to get another place; true if no CPU walks it.</summary>
    public bool Moves(LintedPage page)
    {
        if (!IsAbandoned(page) && !(HasOff() && (IsUnwalked(page) || steps.AllAbove(page).All(IsAsleep))))
            return false;
        foreach (var old in steps.AllAbove(page))
        {
            _moved.Add((old, old.Generation, page));
            Leave(old, page);
        }

        return true;
    }

    private void TakeUpMoved(int cpu, ulong root)
    {
        _moved.RemoveAll(m => m.Old.IsClean || m.Old.Generation != m.Generation || !m.Page.IsTable);
        if (_moved.Find(m => m.Old.Roots.Contains(root) && Meets(m.Old)) is ({ } old, _, var page))
        {
            ReportMoved(cpu, root, page, old);
        }

        foreach (var ((above, word), at) in _unclean.ToList())
        {
            if (!above.IsTable || above.TableOf(above[word]) is not { } table)
                _unclean.Remove((above, word));
            else if (above.Roots.Contains(root)
                && FirstIn(table, above.Geometry, old => old.ReplacedAt.At < at && Meets(old)) is { } unclean)
                ReportUnclean(above, table, unclean);
        }
    }

    private void ReportMoved(int cpu, ulong root, LintedPage page, StaleValue old) => found.Report(
        $"double-use pte: 0x{page.Address:x} is a table at another place, and CPU {cpu} may still reach it "
        + $"through {steps.WhyUnclean(old, cpu)} (R_RVJDB)", root, cpu);

    // A table descriptor is stored.
    private void CheckChildren(LintedPage page, int word, ulong table)
    {
        if (FirstUncleanIn(table, page.Geometry) is null)
            return;
        if (!_putsOff && FirstIn(table, page.Geometry, old => steps.MayBeCached(old) && !IsAsleep(old)) is { } unclean)
            ReportUnclean(page, table, unclean);
        else
            _unclean[(page, word)] = steps.Event.At;
    }

    private void ReportUnclean(LintedPage page, ulong table, StaleValue unclean)
    {
        int? fails = Failing(page, unclean);
        found.Report(
            $"BBM write table descriptor with unclean children: 0x{table:x}, below which a CPU may have cached "
            + steps.WhyUnclean(unclean, fails), page.RootAddress, fails, spot: LintSpot.Of(unclean));
    }
}
