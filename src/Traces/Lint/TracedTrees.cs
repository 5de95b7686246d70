namespace Orleans.Mmu.Traces.Lint;

/// <summary>Which pages are tables of which tree. A page has one place at a time, so a table cannot lead to itself.</summary>
internal sealed class TracedTrees(TracedMemory memory)
{
    /// <summary>The table that a descriptor leads to; null where it is no table descriptor.</summary>
    public static ulong? TableOf(ulong descriptor, int level) =>
        level < 3 && (descriptor & 3) == 3 ? descriptor & 0x0000_ffff_ffff_f000 : null;

    /// <summary>Makes a page a table, and every page that it leads to.</summary>
    public void Link(ulong address, ulong root, TraceRegime regime, int level, ulong input)
    {
        var page = memory.Get(address);
        if (page.IsTable)
            throw new LintException($"double-use pte: 0x{page.Address:x} is a table of the tree at 0x{page.Root:x} already", page.Root);
        page.IsTable = true;
        (page.Root, page.Regime, page.Level, page.Input) = (root, regime, level, input);
        for (int word = 0; level < 3 && word < TracedPage.Words; word++)
        {
            if (TableOf(page[word], level) is { } next)
                Link(next, root, regime, level + 1, input + (ulong)word * page.Cover);
        }
    }

    /// <summary>A page and every table below it are tables no longer.</summary>
    public void Unlink(ulong address)
    {
        if (memory.Find(address) is not { IsTable: true } page)
            return;
        int level = page.Level;
        page.Forget();
        for (int word = 0; level < 3 && word < TracedPage.Words; word++)
        {
            if (TableOf(page[word], level) is { } next && memory.Find(next) is { IsTable: true } below && below.Level == level + 1)
                Unlink(next);
        }
    }

    /// <summary>Says of a page and of the tables below it whether what led to them is still in memory.</summary>
    public void MarkParent(ulong address, bool unclean)
    {
        if (memory.Find(address) is not { IsTable: true } page || page.HasUncleanParent == unclean)
            return;
        page.HasUncleanParent = unclean;
        for (int word = 0; page.Level < 3 && word < TracedPage.Words; word++)
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
        for (int word = 0; page.Level < 3 && word < TracedPage.Words; word++)
        {
            if (TableOf(page[word], page.Level) is { } next && HasUnclean(next))
                return true;
        }

        return false;
    }
}
