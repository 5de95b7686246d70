namespace Orleans.Mmu.Traces.Lint;

/// <summary>The writes of TCR_EL1, TCR_EL2 and VTCR_EL2: in which shape trees are read.</summary>
internal sealed partial class BbmLinter
{
    // The regimes of which an ID of more than 8 bits has been read.
    private readonly HashSet<CasemateRegime> _longIds = [];

    /// <summary>
    /// A regime whose IDs turn out to have had 8 bits all along, after one of more bits was judged; null for none.
    /// </summary>
    public CasemateRegime? TurnsOutShort { get; private set; }

    // The ID of a register that leads to a tree.
    private void SeeId(CasemateRegister register, ulong value)
    {
        if (value >> 56 != 0 && register is CasemateRegister.Ttbr0El1 or CasemateRegister.Ttbr1El1
            or CasemateRegister.Ttbr0El2 or CasemateRegister.Ttbr1El2 or CasemateRegister.VttbrEl2)
            _longIds.Add(LintedRoots.RegimeOf(register));
    }

    private void WriteShapes(CasemateRegime regime, ulong value)
    {
        var read = _controls.TcrOf(regime);
        KeepShapes(regime);
        if (_controls.WriteTcr(regime, value) is { } before)
            ChangeShapes(regime, before);
        else
            Know(regime, read, _controls.TcrOf(regime));
    }

    // A CPU has written the register for the first time.
    private void Know(CasemateRegime regime, LintedTcr before, LintedTcr tcr)
    {
        if (tcr.HasShortIds && !before.HasShortIds && _longIds.Contains(regime))
            TurnsOutShort = regime;
        bool IsLike(int cpu) => cpu == _cpu || !_controls.HasTcr(regime, cpu);
        if (tcr.HasShortIds && !before.HasShortIds)
        {
            _holders.ShortenAsids(regime, IsLike);
            if (regime == CasemateRegime.Stage2)
                _roots.ShortenVmids();
        }

        if (tcr != before with { HasShortIds = tcr.HasShortIds })
            ReadAgain(regime, IsLike);
    }

    // A hypervisor writes VTCR_EL2 of a VM before VTTBR_EL2, while no walk of stage 2 begins: the new value counts for
    // the trees that VTTBR_EL2 leads to from now on.
    private void ChangeShapes(CasemateRegime regime, LintedTcr before)
    {
        if (regime == CasemateRegime.Stage2)
            return;
        foreach (var register in TtbrsOf(regime))
        {
            // One write turns walks off and changes the shape, so that no walk sees the new one.
            if (_controls.EndsWalks(register))
            {
                TurnOff(register);
                continue;
            }

            var (old, half) = (before.HalfOf(register), _controls.TcrOf(regime).HalfOf(register));
            _controlChange.Shape(_cpu, register, old, half);
            if (old != half)
                LeadAgain(register);
        }
    }

    // What a register held before its first write is not known, so trees have been read by the first value all along,
    // on the CPU that has written it and on those that have not.
    private void ReadAgain(CasemateRegime regime, Func<int, bool> isLike)
    {
        List<(int Cpu, CasemateRegister Register)> again = [.. _written.Keys.Where(w =>
            LintedRoots.RegimeOf(w.Register) == regime && BeginsWalks(w.Cpu, w.Register)
            && isLike(w.Cpu))];
        foreach (var (cpu, register) in again)
            _holders[cpu].Forget(register);
        int writer = _cpu;
        foreach (var (cpu, register) in again)
        {
            (_cpu, _controls.Cpu) = (cpu, cpu);
            Lead(register, _written[(cpu, register)]);
        }

        (_cpu, _controls.Cpu) = (writer, writer);
    }

    // A known root is read in another shape than its tables were linked in.
    private void Reshape(CasemateRegister register, ulong root, LintedHalf half, LintedHalf? before)
    {
        if (_memory.Find(root) is not { IsTable: true } page)
            return;
        bool alike = page.Geometry == half.Geometry && page.Level == half.StartLevel
            && page.HasAsids == _controls.HasAsids(LintedRoots.RegimeOf(register));
        if (alike && page.Input == FirstInput(register, half))
        {
            // More entries than before may be in use.
            if (before is not null && before != half)
                LinkRoot(register, root, half);
            return;
        }

        if (!_holders.HoldsAlone(_cpu, register, root))
        {
            if (!_controlChange.IsPopulated(root, half))
                return;
            // A TLBI by address would name the entries of one half alone.
            if (_holders.InOtherHalf(root, register) is var (cpu, other))
            {
                _found.Report(
                    $"a tree is read in two shapes: {register.Name()} of CPU {_cpu} leads to 0x{root:x}, which CPU "
                    + $"{cpu} may hold through {other.Name()}, so one tree is at two input addresses", root, _cpu);
                return;
            }

            if (alike)
            {
                ReportSizes(root, _cpu, register, half);
                return;
            }

            _found.Report(
                $"a tree is read in two shapes: CPU {_cpu} reads 0x{root:x} with {half.Geometry.Granule} pages from "
                + $"level {half.StartLevel}, and another register leads to it as a table of level {page.Level} with "
                + $"{page.Geometry.Granule} pages", root, _cpu);
            return;
        }

        _trees.Unlink(root, root, page.Geometry);
        LinkRoot(register, root, half);
    }

    // The first address of the upper half moves with its size, and that of every entry of a root with it.
    private void ReportSizes(ulong root, int cpu, CasemateRegister register, LintedHalf half)
    {
        if (_holders.InOtherSize(root, register, half) is not var (other, size))
            return;
        _found.Report(
            $"a tree is read in two shapes: CPU {cpu} reads 0x{root:x} with {half.Bits} bits of address, and CPU "
            + $"{other} may hold it with {size.Bits}, so one entry of the root is at two input addresses", root, cpu);
    }
}
