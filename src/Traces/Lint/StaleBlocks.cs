namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// Old blocks above a table. Where a block has become a table, a CPU may still have the block cached, and the block
/// translates the addresses of every entry of the table and of those below it.
/// </summary>
internal sealed class StaleBlocks(LintedMemory memory, StaleIndex stale)
{
    private readonly List<StaleValue> _found = [];

    /// <summary>
    /// The old blocks of the descriptors that lead to a table, at every level above it. The list is valid until the
    /// next call.
    /// </summary>
    /// <param name="kept">Those count too that only CPUs which take the tree up later may read.</param>
    public List<StaleValue> Above(LintedPage page, bool kept)
    {
        _found.Clear();
        Find(page, kept);
        return _found;
    }

    private void Find(LintedPage page, bool kept)
    {
        foreach (ulong parent in page.Parents)
        {
            // A root has its own address as its parent.
            if (memory.Find(parent) is not { IsTable: true } above || above.Level >= page.Level)
                continue;
            int word = (int)(parent >> 3) & (LintedPage.Words - 1);
            foreach (var old in kept ? stale.Of(above, word) : stale.NotKept(above, word))
            {
                // The page may have been a table elsewhere when it held the block.
                if (old.Table is null && old.Level == above.Level && old.Input == above.InputOf(word))
                    _found.Add(old);
            }

            Find(above, kept);
        }
    }
}
