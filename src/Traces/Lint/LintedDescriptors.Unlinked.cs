using Orleans.Mmu.Arm.BreakBeforeMake;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// Tables that leave a tree which no CPU holds, by a store that no DSB has followed. A CPU that takes the tree up may
/// still walk through the old value of the descriptor, so what happened to the tables since is judged then.
/// </summary>
internal sealed partial class LintedDescriptors
{
    /// <summary>A CPU is about to write a word of a page that is no table; it still holds the old value.</summary>
    public void WriteOutside(int cpu, LintedPage page, int word, ulong value)
    {
        unordered.Add(cpu, page, word, value, steps.Event);
        unlinked.Write(page, page[word], value, steps.Event);
    }

    /// <summary>A page that is no table is freed.</summary>
    public void Free(LintedPage page)
    {
        unordered.Forget(page);
        unlinked.Free(page, steps.Event);
    }

    /// <summary>
    /// No CPU that holds the tree can have an old value cached, and a CPU that takes the tree up later may read it.
    /// </summary>
    public void Keep(StaleValue value)
    {
        if (value.Table is not { } table || value.Address - table < value.Geometry.Granule.PageSize)
            return;
        var page = value.Page;
        if (!page.IsTable || page.TableOf(page[value.Word]) == table)
            return;
        Leave(value, table);
        Trees.Unlink(table, value.Address, value.Geometry);
    }

    // A table, and those below it, are about to leave their place, and an old value leads there.
    private void Leave(StaleValue link, ulong table, LintedPage? above = null, ulong descriptor = 0)
    {
        foreach (var page in Trees.Known(table, link.Geometry))
        {
            if (above is null ? page.IsTable && page.Level == link.Level + 1 : above.Links(descriptor, page))
                Leave(link, page);
        }
    }

    private void Leave(StaleValue link, LintedPage page)
    {
        unlinked.Add(link, page);
        foreach (var (next, below) in LintedTrees.Below(page))
            Leave(link, next, page, below);
    }

    // A page is about to leave its trees. What was stored to it without a DSB since may be read late through the
    // descriptors that led to it.
    private void KeepLate(LintedPage page)
    {
        if (page.Stale == 0 || !(IsAbandoned(page) || unlinked.IsReachable(page)))
            return;
        for (int word = 0; word < LintedPage.Words; word++)
        {
            foreach (var old in stale.Of(page, word))
            {
                if (old.Order == StoreOrder.All || old.Level != page.Level)
                    continue;
                unordered.Add(old);
                var read = ReadTime.Of(old, page, word);
                unlinked.Leave(old, page.IsValid(page[word])
                    && changes.Judge(page, old.Value, page[word], BbmLevel.Level2NoAbort, read).Reason is not null);
            }
        }
    }

    // A page is linked at its former place, and the descriptor that led there may still be read: neither a release nor
    // a lock at the new link orders what was stored in between.
    private void BringLate(LintedPage page, StaleValue link, IEnumerable<UnorderedStores.Store> late)
    {
        foreach (var store in late)
        {
            if (!page.IsValid(store.Old))
                continue;
            bool isOwn = unordered.HasOwnDsb(store)
                || (link.Order == StoreOrder.Own && link.Writer == store.Writer);
            var old = stale.Add(page, store.Word, store.Old);
            steps.Replace(store.Writer, old, store.Event, isOwn);
            if (store.Writer != _cpu && unordered.IsHandedOver(store))
                steps.HandOver(old, _cpu);
        }
    }

    // A CPU takes a tree up, and its walks may still read an old value that led to a table. True for a violation.
    private bool JudgeUnlinked(int cpu, ulong root, StaleValue link)
    {
        bool isGone = false;
        foreach (var table in unlinked.Of(link))
        {
            var page = table.Page;
            if (table.HasPlace && page.Roots.Contains(root))
                continue;
            isGone = true;
            if (page.IsTable && !table.HasPlace)
            {
                ReportMoved(cpu, root, page, link);
                return true;
            }

            if (table.FreedAt is { } freed)
            {
                found.Report(
                    $"cannot free a page that is a table: 0x{page.Address:x}, which event {freed} has freed, may be "
                    + $"walked: CPU {cpu}, which takes the tree up, may still reach it through "
                    + $"{steps.WhyUnclean(link, cpu)} (R_RVJDB)", root, cpu,
                    spot: new LintSpot(link.Regime, table.Input, Page: page.Address));
                return true;
            }

            if (table.ChangedAt is { } at && table.OrderedFor != cpu)
            {
                found.Report(
                    $"Wrote on a page with an unclean parent: 0x{page.Address:x}, which event {at} has changed, may be "
                    + $"walked: CPU {cpu}, which takes the tree up, may still reach it through "
                    + $"{steps.WhyUnclean(link, cpu)} (R_RVJDB)", root, cpu,
                    spot: new LintSpot(link.Regime, table.Input, Page: page.Address));
                return true;
            }
        }

        if (isGone && link.Table is { } gone)
            Restore(link, gone);
        return false;
    }

    // From now on, the CPU may have cached the old value, and the tables count as those of an unclean descriptor.
    private void Restore(StaleValue link, ulong table)
    {
        var page = link.Page;
        if (page.TableOf(page[link.Word]) == table)
            return;
        foreach (ulong root in page.Roots)
        {
            Trees.Link(
                table, link.Address,
                new(root, page.Regime, page.HasAsids, page.Geometry, page.Level + 1, page.InputOf(link.Word)));
        }

        Trees.MakeStale(table, link.Address, page.Geometry);
    }
}
