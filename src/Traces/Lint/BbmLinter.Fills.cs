namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// Stores to a tree that a CPU walks while it may hold entries of another tree: what is judged at a write of a register
/// where the tree is populated is judged at the store where it is not.
/// </summary>
internal sealed partial class BbmLinter
{
    private void Filled(LintedPage page, int word)
    {
        if (_switch.JudgeFill(page, word, _event))
            _mayAbortOnSwitch++;
        if (_mairs.HasSeveral(page.Regime) && page.HasAsids && page.IsValid(page[word]))
            FilledTypes(page);
        if (page.Regime == CasemateRegime.Stage2 || !page.Parents.Contains(page.RootAddress)
            || !page.IsValid(page[word]))
            return;
        _sharing.Filled(page.Roots);
        foreach (int cpu in _holders.Of([page.RootAddress]).ToList())
        {
            foreach (var register in _holders[cpu].RegistersOf(page.RootAddress).ToList())
            {
                if (_holders[cpu].HalfOf(register, page.RootAddress) is { } half)
                    ReportSizes(page.RootAddress, cpu, register, half);
            }
        }

        (int Cpu, CasemateRegister Register, ulong Root)? last = null;
        foreach (var (cpu, register, root, _) in _holders.RivalsOf(page.Roots))
        {
            // The rivals of one tree follow one another, and are judged together.
            if (last == (cpu, register, root))
                continue;
            last = (cpu, register, root);
            if (_holders[cpu].HalfOf(register, root) is { } half)
                _controlChange.TakeUpShape(cpu, register, root, half);
        }
    }

    // What the entry leads to may be cached through another tree. Where the page itself is, the entry is a new one
    // there, too.
    private void FilledTypes(LintedPage page)
    {
        foreach (var rival in _holders.RivalsOf(page.Roots))
        {
            if (!page.Roots.Contains(rival.Held) && _switch.OneAsid(rival.Cpu, rival.Held, rival.Root) is { } oneAsid)
                _controlChange.FillTypes(rival, oneAsid);
        }
    }
}
