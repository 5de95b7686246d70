namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// Tables that were out of reach of the CPUs that walk, and were changed, while CPUs that sleep may have reached them.
/// A walk through the descriptor that links them again may read what a store has replaced, unless something orders the
/// two stores (R_SPVBD).
/// </summary>
internal sealed partial class LintedDescriptors
{
    // A descriptor is about to lead to a table.
    private void JudgeLate(LintedPage above, int word, ulong table, bool release)
    {
        if (HasOff() && !_putsOff)
            JudgeLate(above, word, Trees.Known(table, above.Geometry), above.Level + 1, release);
    }

    // True for a violation. One store says it for a table.
    private bool JudgeLate(LintedPage link, int word, IEnumerable<LintedPage> table, int level, bool release)
    {
        foreach (var page in table)
        {
            if (!page.IsTable || !page.HasUncleanParent)
                continue;
            for (int at = 0; page.Stale > 0 && at < LintedPage.Words; at++)
            {
                foreach (var old in stale.Of(page, at))
                {
                    if (IsLate(old, release) && link.IsValid(old.Value, level) && Differs(page, at, old, level))
                    {
                        ReportLate(link, word, page, at, old);
                        return true;
                    }
                }
            }

            foreach (var (next, below) in LintedTrees.Below(page))
            {
                var linked = Trees.Known(next, page.Geometry).Where(p => page.Links(below, p));
                if (JudgeLate(link, word, linked, level + 1, release))
                    return true;
            }
        }

        return false;
    }

    // A walk of a CPU that does not sleep may read the old value once it comes through the new descriptor.
    private bool IsLate(StaleValue old, bool release) => old.Order switch
    {
        StoreOrder.None => !(release && old.Writer == _cpu),
        StoreOrder.Own => holders.IsAnotherAwake(old.Roots, old.Writer),
        _ => false,
    };

    private bool Differs(LintedPage page, int word, StaleValue old, int level) => level != page.Level
        || !page.IsValid(page[word]) || (levelOf(page, _cpu) is { } lowest && changes.Judge(
            page, old.Value, page[word], lowest, ReadTime.Of(old, page, word)).Reason is not null);

    private void ReportLate(LintedPage link, int word, LintedPage page, int at, StaleValue old)
    {
        int? fails = Failing(page, null);
        found.Report(
            $"BBM write table descriptor with unclean children: 0x{link.Address + (ulong)word * 8:x} leads to "
            + $"0x{page.Address:x}, where a walk may still read 0x{old.Value:x} at "
            + $"0x{page.Address + (ulong)at * 8:x}, since no DSB and no release order the store of event "
            + $"{old.ReplacedAt} before that of the table descriptor (R_SPVBD)", link.RootAddress, fails,
            "no DSB and no release order the stores to the table before that of its descriptor (R_SPVBD)",
            spot: LintSpot.Of(page, at));
    }
}
