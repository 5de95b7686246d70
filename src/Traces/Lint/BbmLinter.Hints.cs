using System.Diagnostics;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>What the kernel says of its tables and locks, and the release of a table.</summary>
internal sealed partial class BbmLinter
{
    private void Hint(in CasemateEvent hint)
    {
        switch (hint.Hint)
        {
            case CasemateHint.SetRootLock:
                _locks.Protect(hint.Address, hint.Value);
                break;
            case CasemateHint.SetPteThreadOwner:
                _locks.Own(hint.Address, hint.Value);
                break;
            case CasemateHint.SetOwnerRoot:
                if (_memory.Find(hint.Address) is { IsTable: true } owned)
                {
                    _found.Report(
                        $"cannot change owned root if already in a tree: 0x{owned.Address:x} is a table of the tree at "
                        + $"0x{owned.RootAddress:x}");
                }

                break;
            case CasemateHint.ReleaseTable:
                Release(hint.Address);
                break;
            default:
                throw new UnreachableException($"the linter has no rule for {hint.Hint}");
        }
    }

    private void Release(ulong address)
    {
        if (_memory.Find(address) is not { IsTable: true } page)
            return;
        if (page.HasUncleanParent)
        {
            int? fails = Failing(page, _steps.FirstAbove(page));
            _found.Report(
                "cannot release table where children are still unclean: "
                + $"0x{page.Address:x} may still be walked: {_steps.WhyTable(page, fails)} (R_RVJDB)", page.RootAddress,
                fails, spot: LintSpot.OfPage(page));
        }
        else if (_descriptors.FirstUncleanIn(page.Address, page.Geometry) is { } unclean)
        {
            int? fails = Failing(page, unclean);
            _found.Report(
                $"cannot release table where children are still unclean: below 0x{page.Address:x}, a CPU may have "
                + $"cached {_steps.WhyUnclean(unclean, fails)} (R_RVJDB)", page.RootAddress, fails);
        }

        if (!_roots.IsRoot(page))
        {
            int? fails = Failing(page, _steps.FirstAbove(page));
            _found.Report(
                $"cannot release table still in use: 0x{page.Address:x}: {_steps.WhyTable(page, fails)}",
                page.RootAddress, fails);
            return;
        }

        bool isPopulated = _trees.Known(page.Address, page.Geometry).Any(HasValid);
        var released = _roots.Release(page, isPopulated);
        if (page.HasAsids)
        {
            CheckHeld(page, isPopulated);
            _holders.Forget(page.Address);
        }
        else if (released is { } tree)
        {
            _holders.Release(tree);
        }

        _leaves.Release(page.Address);
        _locks.Forget(page.Address);
        _trees.Unlink(page.Address, page.Address, page.Geometry);
    }

    // Of trees without ASIDs, casemate's traces release trees that a CPU has left without a TLBI.
    private void CheckHeld(LintedPage root, bool isPopulated)
    {
        if (_holders.WalkerOf(root.Address) is { } walker)
        {
            _found.Report(
                $"cannot release table still in use: CPU {walker} may walk the tree at 0x{root.Address:x} until its "
                + "ISB (I_RBMTM)", root.RootAddress, walker);
        }
        else if (isPopulated && _holders.HolderOf(root.Address) is { } holder)
        {
            _found.Report(
                $"cannot release table still in use: CPU {holder} may have entries of the tree at 0x{root.Address:x} "
                + $"cached, which has valid descriptors, since {_holders[holder].MissingDrop(root.Address)} "
                + "(R_RVJDB)", root.RootAddress, holder);
        }
    }

    private static bool HasValid(LintedPage page)
    {
        for (int word = 0; word < LintedPage.Words; word++)
        {
            if (page.IsValid(page[word]))
                return true;
        }

        return false;
    }
}
