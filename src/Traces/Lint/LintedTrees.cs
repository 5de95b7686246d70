namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// The pages that are tables of each tree. A page has one place in one tree at a time, so a table cannot point to
/// itself.
/// </summary>
internal sealed class LintedTrees(LintedMemory memory)
{
    /// <summary>The address of the table that a descriptor points to; null for another descriptor.</summary>
    public static ulong? TableOf(ulong descriptor, int level) =>
        level < 3 && (descriptor & 3) == 3 ? descriptor & 0x0000_ffff_ffff_f000 : null;

    /// <summary>Makes a page a table, and likewise every page that it points to.</summary>
    public void Link(ulong address, ulong root, CasemateRegime regime, int level, ulong input)
    {
        var page = memory.Get(address);
        if (page.IsTable)
        {
            throw new LintException(
                $"double-use pte: 0x{page.Address:x} is a table of the tree at 0x{page.RootAddress:x} already",
                    page.RootAddress);
        }

        page.IsTable = true;
        (page.RootAddress, page.Regime, page.Level, page.Input) = (root, regime, level, input);
        for (int word = 0; level < 3 && word < LintedPage.Words; word++)
        {
            if (TableOf(page[word], level) is { } next)
                Link(next, root, regime, level + 1, input + (ulong)word * page.Cover);
        }
    }

    /// <summary>Takes a page and every table below it out of their tree.</summary>
    public void Unlink(ulong address)
    {
        if (memory.Find(address) is not { IsTable: true } page)
            return;
        int level = page.Level;
        page.Forget();
        for (int word = 0; level < 3 && word < LintedPage.Words; word++)
        {
            if (TableOf(page[word], level) is { } next
                && memory.Find(next) is { IsTable: true } below && below.Level == level + 1)
            {
                Unlink(next);
            }
        }
    }

    /// <summary>
    /// Marks a page and the tables below it: whether a table descriptor that pointed to them may still be cached though
    /// it is no longer in memory.
    /// </summary>
    public void MarkParent(ulong address, bool unclean)
    {
        if (memory.Find(address) is not { IsTable: true } page || page.HasUncleanParent == unclean)
            return;
        page.HasUncleanParent = unclean;
        for (int word = 0; page.Level < 3 && word < LintedPage.Words; word++)
        {
            if (TableOf(page[word], page.Level) is { } next)
                MarkParent(next, unclean);
        }
    }

    /// <summary>Whether a descriptor in a table, or in one below it, is unclean.</summary>
    public bool HasUnclean(ulong address)
    {
        if (memory.Find(address) is not { IsTable: true } page)
            return false;
        if (page.Unclean > 0)
            return true;
        for (int word = 0; page.Level < 3 && word < LintedPage.Words; word++)
        {
            if (TableOf(page[word], page.Level) is { } next && HasUnclean(next))
                return true;
        }

        return false;
    }
}
