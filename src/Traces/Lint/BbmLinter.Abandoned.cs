namespace Orleans.Mmu.Traces.Lint;

/// <summary>Trees with ASIDs that no CPU walks or has cached: their pages are memory like any other.</summary>
internal sealed partial class BbmLinter
{
    // The page of a table is freed, or gets another place. If no CPU can meet its trees, none of their pages is a table
    // any more, until a register leads there again. Answers whether it is so.
    private bool Abandon(LintedPage used)
    {
        if (!used.HasAsids || used.HasUncleanParent || !used.Roots.All(IsUnused))
            return false;
        foreach (ulong root in used.Roots)
        {
            if (RootAt(root) is not { } page)
                continue;
            _roots.Release(page, isPopulated: false);
            _holders.Forget(root);
            _leaves.Release(root);
            _trees.Unlink(root, root, page.Geometry);
        }

        return true;
    }

    private LintedPage? RootAt(ulong root) =>
        _memory.Find(root) is { IsTable: true } page && page.Address == root && _roots.IsRoot(page) ? page : null;

    // A CPU that has left an empty tree has nothing of it cached.
    private bool IsUnused(ulong root)
    {
        if (_holders.WalkerOf(root) is not null)
            return false;
        bool isHeld = _holders.HolderOf(root) is not null;
        // A page that has been in several trees still names those that are gone.
        if (RootAt(root) is not { } page)
            return !isHeld;
        return !page.HasUncleanParent
            && !(isHeld && (_trees.Known(root, page.Geometry).Any(HasValid)
                || _descriptors.FirstUncleanIn(root, page.Geometry) is not null));
    }
}
