namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// Registers that change while walks are off. Nothing but an ISB orders them before the write that turns walks on, so
/// the first walks may still begin at an older root, or read it in an older shape (I_RBMTM).
/// </summary>
internal sealed partial class BbmLinter
{
    // What registers said before the writes that no ISB of the CPU has followed.
    private readonly HashSet<(int Cpu, CasemateRegister Register, ulong Value)> _early = [];
    private readonly HashSet<(int Cpu, CasemateRegister Register, LintedHalf Half)> _earlyTcrs = [];

    // A register is about to be written.
    private void KeepRoot(CasemateRegister register)
    {
        if (!BeginsWalks(_cpu, register) && _written.TryGetValue((_cpu, register), out ulong before))
            _early.Add((_cpu, register, before));
    }

    // TCR of the CPU is about to be written. No walk begins under a value whose EPDn is 1.
    private void KeepShapes(CasemateRegime regime)
    {
        if (!_off.Contains((_cpu, regime)) || !_controls.HasTcr(regime, _cpu))
            return;
        foreach (var register in TtbrsOf(regime))
        {
            if (!_controls.EndsWalks(register))
                _earlyTcrs.Add((_cpu, register, _controls.TcrOf(regime).HalfOf(register)));
        }
    }

    // An ISB of the CPU.
    private void EndEarly()
    {
        // Every ISB asks, and nearly always there is nothing.
        if (_early.Count > 0)
            _early.RemoveWhere(e => e.Cpu == _cpu);
        if (_earlyTcrs.Count > 0)
            _earlyTcrs.RemoveWhere(e => e.Cpu == _cpu);
        foreach (var off in _off)
        {
            if (off.Cpu == _cpu)
                _holders.TurnOff(off.Cpu, off.Regime, _event.At);
        }
    }

    // Walks begin at a register again.
    private void TurnOn(CasemateRegister register)
    {
        if (!_written.TryGetValue((_cpu, register), out ulong current))
            return;
        foreach (var (cpu, _, value) in _early.Where(e => e.Cpu == _cpu && e.Register == register).ToList())
        {
            _written[(cpu, register)] = value;
            LeadAgain(register);
        }

        _written[(_cpu, register)] = current;
        var regime = LintedRoots.RegimeOf(register);
        var tcr = _controls.TcrOf(regime);
        ulong root = LintedRoots.AddressOf(current, tcr.LargeAddresses);
        foreach (var (cpu, _, half) in _earlyTcrs.Where(e => e.Cpu == _cpu && e.Register == register))
            _controlChange.EarlierShape(cpu, register, root, half, tcr.HalfOf(register));
        LeadAgain(register);
        TakeUpOthers(register, root);
    }

    // Table descriptors of a tree that the register has led to may be cached, and walks go on from them.
    private void TakeUpOthers(CasemateRegister register, ulong root)
    {
        foreach (var held in _holders[_cpu].HeldThrough(register).ToList())
        {
            if (held.Release == 0 && held.Root != root && _switch.OneAsid(_cpu, held.Root, root) is not null)
                _descriptors.TakeUpUnwalked(_cpu, held.Root, LevelOf(_cpu));
        }
    }
}
