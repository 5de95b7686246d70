namespace Orleans.Mmu.Traces.Lint;

/// <summary>Trees with ASIDs that no CPU walks or has cached: their pages are memory like any other.</summary>
internal sealed partial class BbmLinter
{
    // The page of a table is freed. If no CPU can meet its trees, none of their pages is a table any more, until a
    // register leads there again.
    private void Abandon(LintedPage freed)
    {
        if (!freed.HasAsids || freed.HasUncleanParent || !freed.Roots.All(IsUnused))
            return;
        foreach (ulong root in freed.Roots)
        {
            if (RootAt(root) is not { } page)
                continue;
            _roots.Release(page, isPopulated: false);
            _holders.Forget(root);
            _leaves.Release(root);
            _trees.Unlink(root, root, page.Geometry);
        }
    }

    private LintedPage? RootAt(ulong root) =>
        _memory.Find(root) is { IsTable: true } page && page.Address == root && _roots.IsRoot(page) ? page : null;

    // A CPU that has left an empty tree has nothing of it cached.
    private bool IsUnused(ulong root) =>
        _holders.WalkerOf(root) is null
        && RootAt(root) is { HasUncleanParent: false } page
        && (_holders.HolderOf(root) is null
            || !(_trees.Known(root, page.Geometry).Any(HasValid)
                || _descriptors.FirstUncleanIn(root, page.Geometry) is not null));
}
