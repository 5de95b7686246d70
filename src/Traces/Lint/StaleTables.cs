namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// Old values of descriptors in tables that are being removed: as long as one of them may be cached, another table must
/// not take the place of the removed one, because its entries would meet the old ones (R_WHZWS).
/// </summary>
internal sealed class StaleTables(LintedMemory memory, StaleIndex stale)
{
    /// <summary>
    /// The first old value in the table that an old descriptor leads to, or below it, that may be cached; null if there
    /// is none, or if the descriptor is a leaf.
    /// </summary>
    public StaleValue? FirstBelow(StaleValue descriptor, Func<StaleValue, bool> mayBeCached) =>
        descriptor.Table is { } table ? FirstIn(table, descriptor, null, 0, mayBeCached) : null;

    /// <summary>
    /// The bytes from the first address of an old descriptor to the first leaf of its table that no TLBI for every CPU
    /// has named; null if there is none, or if the descriptor is a leaf.
    /// </summary>
    /// <param name="from">Leaves before this offset do not count.</param>
    public ulong? FirstUnnamed(StaleValue descriptor, ulong from) =>
        descriptor.Table is { } table ? FirstUnnamedIn(table, descriptor, from, null, 0) : null;

    /// <summary>
    /// Whether no walk reads a descriptor from memory any more: only old values lead to its table, or to the tables
    /// above, and no walk reads those from memory either.
    /// </summary>
    /// <param name="isOrdered">Whether every walk reads what has replaced an old value.</param>
    public bool IsCutOff(StaleValue value, Func<StaleValue, bool> isOrdered) =>
        value.Page.Level == value.Level && value.Page.InputOf(value.Word) == value.Input
        && IsCutOff(value.Page, isOrdered);

    /// <summary>The old values of descriptors that led to a table.</summary>
    public IEnumerable<StaleValue> Above(LintedPage page) =>
        from parent in page.StaleParents
        let above = memory.Find(parent)
        where above is not null
        let old = stale.LeadingTo(page, above, (int)(parent >> 3) & (LintedPage.Words - 1))
        where old is not null
        select old;

    /// <summary>The same, and those of descriptors that led to a table above it.</summary>
    public IEnumerable<StaleValue> AllAbove(LintedPage page)
    {
        foreach (var old in Above(page))
            yield return old;
        foreach (ulong parent in page.Parents)
        {
            if (memory.Find(parent) is not { IsTable: true } above || above.Level >= page.Level)
                continue;
            foreach (var old in AllAbove(above))
                yield return old;
        }
    }

    /// <summary>
    /// The first old value by which a walk may still reach a table, from the table upwards; null if descriptors in
    /// memory lead to it.
    /// </summary>
    /// <param name="counts">The old values that count; null for all.</param>
    public StaleValue? FirstAbove(LintedPage page, Predicate<StaleValue>? counts = null)
    {
        if (!page.HasUncleanParent)
            return null;
        if (Above(page).FirstOrDefault(old => counts?.Invoke(old) != false) is { } leads)
            return leads;
        foreach (ulong parent in page.Parents)
        {
            if (memory.Find(parent) is { IsTable: true } above && FirstAbove(above, counts) is { } found)
                return found;
        }

        return null;
    }

    // The table that a descriptor of a page above leads to, or the one that the old value has led to.
    private StaleValue? FirstIn(
        ulong table, StaleValue root, LintedPage? above, ulong descriptor, Func<StaleValue, bool> mayBeCached)
    {
        for (ulong at = 0; at < root.Geometry.Granule.PageSize; at += LintedPage.Size)
        {
            if (memory.Find(table + at) is not { IsTable: true } page
                || !(above is null ? page.Level == root.Level + 1 : above.Links(descriptor, page)))
                continue;
            for (int word = 0; page.Stale > 0 && word < LintedPage.Words; word++)
            {
                foreach (var old in stale.NotKept(page, word))
                {
                    if (mayBeCached(old))
                        return old;
                }
            }

            foreach (var (next, below) in LintedTrees.Below(page))
            {
                if (FirstIn(next, root, page, below, mayBeCached) is { } found)
                    return found;
            }
        }

        return null;
    }

    private ulong? FirstUnnamedIn(ulong table, StaleValue root, ulong from, LintedPage? above, ulong descriptor)
    {
        for (ulong at = 0; at < root.Geometry.Granule.PageSize; at += LintedPage.Size)
        {
            if (memory.Find(table + at) is not { IsTable: true } page
                || !(above is null ? page.Level == root.Level + 1 : above.Links(descriptor, page)))
                continue;
            for (int word = 0; word < LintedPage.Words; word++)
            {
                ulong address = page.Address + (ulong)word * 8, offset = page.InputOf(word) - root.Input;
                if (!page.IsValid(page[word]))
                    continue;
                if (page.TableOf(page[word]) is { } next)
                {
                    if (FirstUnnamedIn(next, root, from, page, address) is { } found)
                        return found;
                }
                else if (offset >= from
                    && root.NamedBelow?.Any(named => named.Key.Broadcast && named.Value.Contains(address)) != true)
                    return offset;
            }
        }

        return null;
    }

    private bool IsCutOff(LintedPage page, Func<StaleValue, bool> isOrdered)
    {
        if (!page.HasUncleanParent)
            return false;
        foreach (ulong parent in page.StaleParents)
        {
            if (memory.Find(parent) is not { IsTable: true } above || !IsGone(page, above, parent, isOrdered))
                return false;
        }

        return page.Parents.All(
            parent => memory.Find(parent) is { IsTable: true } above && IsCutOff(above, isOrdered));
    }

    // A walk does not find the page through a descriptor that led to it.
    private bool IsGone(LintedPage page, LintedPage above, ulong parent, Func<StaleValue, bool> isOrdered)
    {
        return stale.LeadingTo(page, above, (int)(parent >> 3) & (LintedPage.Words - 1)) is { } old
            ? isOrdered(old) : IsCutOff(above, isOrdered);
    }
}
