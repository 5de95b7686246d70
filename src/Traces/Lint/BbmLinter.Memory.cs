namespace Orleans.Mmu.Traces.Lint;

/// <summary>The events that read, write, allocate and free memory, and the release of a table.</summary>
internal sealed partial class BbmLinter
{
    private void Write(ulong address, ulong value, bool release)
    {
        if ((address & 7) != 0)
        {
            _found.Report($"unaligned write: 0x{address:x}");
            return;
        }

        CheckFreed(address, "written");
        var page = _memory.Get(address);
        int word = (int)(address >> 3) & (LintedPage.Words - 1);
        if (page.IsTable)
            _descriptors.Write(_cpu, page, word, value, release);
        else
            _unordered.Add(_cpu, page, word, value, _event);
        page[word] = value;
        if (page is { IsTable: true, HasAsids: true })
            page.Store(word, _event.At);
    }

    private void Read(ulong address, ulong value)
    {
        CheckFreed(address, "read");
        if (_memory.Find(address) is not { IsTable: true } page)
            return;
        ulong held = page[(int)(address >> 3) & (LintedPage.Words - 1)];
        if (held != value)
        {
            _found.Report($"a PTE changed under the trace: 0x{address:x} holds 0x{held:x}, 0x{value:x} was read");
        }
    }

    private void Fill(ulong address, ulong size, ulong value)
    {
        if (size > _maxFill)
            throw new LintLimitException($"0x{_maxFill:x} bytes, those of all tables, in one mem-set");
        // A zero written to an unknown page changes nothing, since unknown memory reads as zero.
        for (ulong at = 0; at < size;)
        {
            CheckFreed(address + at, "written");
            var page = value == 0 ? _memory.Find(address + at) : _memory.Get(address + at);
            ulong rest = Math.Min(size - at, LintedPage.Size - ((address + at) & (LintedPage.Size - 1)));
            if (page is { IsTable: false } && rest == LintedPage.Size)
            {
                for (int word = 0; word < LintedPage.Words; word++)
                    _unordered.Add(_cpu, page, word, value, _event);
                page.Fill(value);
            }

            for (ulong word = 0; page is not null && (page.IsTable || rest < LintedPage.Size) && word < rest; word += 8)
                Write(address + at + word, value, release: false);
            at += rest;
        }
    }

    private void CheckFreed(ulong address, string what)
    {
        if (!_memory.IsFreed(address))
            return;
        _found.Report($"a freed table is {what}: 0x{address:x} was not allocated again");
        // It is said once.
        _memory.Allocate(address & ~(LintedPage.Size - 1), LintedPage.Size);
    }

    private void Free(ulong address, ulong size)
    {
        if (_memory.FirstFreed(address, size) is { } freed)
            _found.Report($"a freed table is freed again: 0x{freed:x} was not allocated again");
        foreach (var page in _memory.In(address, size))
        {
            if (page.IsTable)
            {
                _found.Report(
                    $"cannot free a page that is a table: 0x{page.Address:x} of the tree at 0x{page.RootAddress:x}: "
                    + $"{_steps.WhyTable(page)} (R_RVJDB)", page.RootAddress, spot: LintSpot.OfPage(page));
                continue;
            }

            _unordered.Forget(page);
            _memory.Forget(page);
        }
    }

    private void Initialise(ulong address, ulong size)
    {
        _memory.Allocate(address, size);
        foreach (var page in _memory.In(address, size))
        {
            if (page.IsTable)
            {
                _found.Report(
                    $"cannot initialise used location: 0x{page.Address:x} is a table of the tree at "
                    + $"0x{page.RootAddress:x}: {_steps.WhyTable(page)}", page.RootAddress);
            }

            Fill(page.Address, LintedPage.Size, 0);
        }
    }

    private void Release(ulong address)
    {
        if (_memory.Find(address) is not { IsTable: true } page)
            return;
        if (page.HasUncleanParent)
        {
            _found.Report(
                "cannot release table where children are still unclean: "
                + $"0x{page.Address:x} may still be walked: {_steps.WhyTable(page)} (R_RVJDB)", page.RootAddress,
                spot: LintSpot.OfPage(page));
        }
        else if (_descriptors.FirstUncleanIn(page.Address, page.Geometry) is { } unclean)
        {
            _found.Report(
                $"cannot release table where children are still unclean: below 0x{page.Address:x}, a CPU may have "
                + $"cached {_steps.WhyUnclean(unclean)} (R_RVJDB)", page.RootAddress);
        }

        if (!_roots.IsRoot(page))
        {
            _found.Report(
                $"cannot release table still in use: 0x{page.Address:x}: {_steps.WhyTable(page)}", page.RootAddress);
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
                + "ISB (I_RBMTM)", root.RootAddress);
        }
        else if (isPopulated && _holders.HolderOf(root.Address) is { } holder)
        {
            _found.Report(
                $"cannot release table still in use: CPU {holder} may have entries of the tree at 0x{root.Address:x} "
                + $"cached, which has valid descriptors, since {_holders[holder].MissingDrop(root.Address)} "
                + "(R_RVJDB)", root.RootAddress);
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
