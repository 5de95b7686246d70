namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// Judges stores to a tree that a CPU walks while it may hold entries of a tree that its register led to before: the
/// new descriptor meets what the other tree holds, or held, at its address.
/// </summary>
internal sealed partial class LintedSwitch
{
    /// <summary>A store has changed a descriptor of a table.</summary>
    /// <param name="at">The event.</param>
    /// <returns>Whether a CPU may take a conflict abort, and the trees do not contradict one another.</returns>
    public bool JudgeFill(LintedPage page, int word, LintedEvent at)
    {
        if (!page.HasAsids || !page.IsValid(page[word]))
            return false;
        bool mayAbort = false;
        foreach (var (cpu, register, root, held) in holders.RivalsOf(page.Roots))
        {
            if (OneAsid(cpu, held, root) is not { } oneAsid)
                continue;
            var change = new Change(cpu, register, held, root, oneAsid, levelOf(cpu), at);
            for (ulong offset = 0, size = SizeOf(held); offset < size; offset += LintedPage.Size)
            {
                if (memory.Find(held + offset) is not { IsTable: true } old)
                    continue;
                if (Fill(old, page, word, change) is not { } aborts)
                    break;
                mayAbort |= aborts;
            }
        }

        return mayAbort;
    }

    // A table of the old tree, at the level of the new descriptor or above it. Null for a contradiction.
    private bool? Fill(LintedPage old, LintedPage page, int word, in Change change)
    {
        if (old == page || old.Geometry != page.Geometry || old.Level > page.Level)
            return false;
        if (old.Level == page.Level)
            return old.Input == page.Input ? Compare(old, page, word, new(page[word], null), change) : false;
        ulong above = (page.InputOf(word) - old.Input & InputAddress.Mask) / old.Cover;
        if (above >= LintedPage.Words)
            return false;
        int place = (int)above;
        if (old.IsValid(old[place])
            && Fill(old, place, old[place], ReadTime.Of(null, old, place), page, word, change) is null)
            return null;
        foreach (var cached in stale.Of(old, place))
        {
            if (cached.DroppedBy?.Contains(change.Cpu) != true
                && Fill(old, place, cached.Value, ReadTime.Of(cached, old, place), page, word, change) is null)
                return null;
        }

        return false;
    }

    // A descriptor of the old tree above the new one: a block, or what leads to a table.
    private bool? Fill(
        LintedPage old, int place, ulong before, in ReadTime read, LintedPage page, int word, in Change change)
    {
        if (old.TableOf(before) is not { } table)
        {
            var block = new OldBlock(old, old.Level, old.InputOf(place), before, SinceHeld(read, change));
            var verdict = changes.JudgeBelow(
                page, word, page[word], block, change.Level, change.OneAsid, change.Cpu);
            if (verdict.Reason is not { } reason)
                return verdict.MayAbort;
            Report(page, word, before, isHeld: old[place] == before, new(page[word], null), change, reason);
            return null;
        }

        // Under one ASID, two tables contradict one another where they are linked, whatever is in them.
        if (change.OneAsid)
            return false;
        bool isLinked = old.TableOf(old[place]) == table;
        bool mayAbort = false;
        for (ulong at = 0; at < old.Geometry.Granule.PageSize; at += LintedPage.Size)
        {
            if (memory.Find(table + at) is not { IsTable: true } below
                || (isLinked && !old.Links(old.Address + (ulong)place * 8, below)))
                continue;
            if (Fill(below, page, word, change) is not { } aborts)
                return null;
            mayAbort |= aborts;
        }

        return mayAbort;
    }
}
