namespace Orleans.Mmu.Traces.Lint;

/// <summary>The events that read, write, allocate and free memory.</summary>
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
        if (_hasVmids && !_controls.IsHost)
            Run();
        var page = _memory.Get(address);
        int word = (int)(address >> 3) & (LintedPage.Words - 1);
        if (page.IsTable)
        {
            _descriptors.Write(_cpu, page, word, value, release);
            _controlChange.CheckType(page, word, value);
        }
        else
        {
            _descriptors.WriteOutside(_cpu, page, word, value);
        }

        ulong old = page[word];
        page[word] = value;
        if (page is { IsTable: true, Regime: not CasemateRegime.Stage2 })
            page.Store(word, _event.At);
        if (page.IsTable && old != value)
            Filled(page, word);
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
                    _descriptors.WriteOutside(_cpu, page, word, value);
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
        var pages = _memory.In(address, size);
        foreach (var page in pages)
        {
            if (page.IsTable)
                Abandon(page);
            if (page.IsTable)
            {
                int? fails = Failing(page, _steps.FirstAbove(page));
                _found.Report(
                    $"cannot free a page that is a table: 0x{page.Address:x} of the tree at 0x{page.RootAddress:x}: "
                    + $"{_steps.WhyTable(page, fails)} (R_RVJDB)", page.RootAddress, fails,
                    spot: LintSpot.OfPage(page));
                continue;
            }

            _descriptors.Free(page);
            _memory.Forget(page);
        }

        _memory.Free(address, size);
        foreach (var page in pages.Where(p => p.IsTable))
            _memory.Allocate(page.Address, LintedPage.Size);
    }

    private void Initialize(ulong address, ulong size)
    {
        _memory.Allocate(address, size);
        foreach (var page in _memory.In(address, size))
        {
            if (page.IsTable)
            {
                int? fails = Failing(page, _steps.FirstAbove(page));
                _found.Report(
                    $"cannot initialise used location: 0x{page.Address:x} is a table of the tree at "
                    + $"0x{page.RootAddress:x}: {_steps.WhyTable(page, fails)}", page.RootAddress, fails);
            }

            Fill(page.Address, LintedPage.Size, 0);
        }
    }
}
