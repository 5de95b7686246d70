namespace Orleans.Mmu.Traces.Lint;

/// <summary>The writes of registers: those that lead to trees, and those that say how trees are read.</summary>
internal sealed partial class BbmLinter
{
    private static readonly CasemateRegister[] TtbrsOfEl1 = [CasemateRegister.Ttbr0El1, CasemateRegister.Ttbr1El1];
    private static readonly CasemateRegister[] TtbrsOfEl2 = [CasemateRegister.Ttbr0El2, CasemateRegister.Ttbr1El2];
    private static readonly CasemateRegister[] AllTtbrs = [.. TtbrsOfEl1, .. TtbrsOfEl2];

    // The registers that lead to trees as written last, also while walks are off.
    private readonly Dictionary<(int Cpu, CasemateRegister Register), ulong> _written = [];

    // The regimes of a CPU whose SCTLR.M is 0, and the registers through which no walk begins for any reason.
    private readonly HashSet<(int Cpu, CasemateRegime Regime)> _off = [];
    private readonly HashSet<(int Cpu, CasemateRegister Register)> _walksOff = [];

    // A CPU has written VTTBR_EL2.
    private bool _hasVmids;

    private void WriteRegister(CasemateRegister register, ulong value)
    {
        switch (register)
        {
            case CasemateRegister.Other:
                break;
            case CasemateRegister.MairEl1:
                WriteMair(CasemateRegime.El1, value);
                break;
            case CasemateRegister.MairEl2:
                WriteMair(CasemateRegime.El2, value);
                break;
            case CasemateRegister.TcrEl1:
                WriteTcr(CasemateRegime.El1, value);
                break;
            case CasemateRegister.TcrEl2:
                WriteTcr(CasemateRegime.El2, value);
                break;
            case CasemateRegister.VtcrEl2:
                WriteShapes(CasemateRegime.Stage2, value);
                break;
            case CasemateRegister.HcrEl2:
                WriteHcr(value);
                break;
            case CasemateRegister.SctlrEl1:
                WriteSctlr(CasemateRegime.El1, isOn: (value & 1) != 0);
                break;
            case CasemateRegister.SctlrEl2:
                WriteSctlr(CasemateRegime.El2, isOn: (value & 1) != 0);
                break;
            default:
                KeepRoot(register);
                _written[(_cpu, register)] = value;
                LeadAgain(register);
                UseAsid(LintedRoots.RegimeOf(register));
                if (register == CasemateRegister.VttbrEl2)
                {
                    _hasVmids = true;
                    ChangeVmid((ushort)(_controls.TcrOf(CasemateRegime.Stage2).WithId(value) >> 48));
                }

                break;
        }
    }

    // TTBR0 and TTBR1 of a regime of stage 1.
    private static CasemateRegister[] TtbrsOf(CasemateRegime regime) =>
        regime == CasemateRegime.El1 ? TtbrsOfEl1 : TtbrsOfEl2;

    private void WriteMair(CasemateRegime regime, ulong value)
    {
        if (_mairs.Write(_cpu, regime, value) is { } before)
            _controlChange.Mair(_cpu, regime, before, value);
    }

    private void WriteTcr(CasemateRegime regime, ulong value)
    {
        WriteShapes(regime, value);
        TurnWalks(regime);
        UseAsid(regime);
    }

    private void WriteHcr(ulong value)
    {
        var read = _controls.TcrOf(CasemateRegime.El2);
        bool isFirst = !_controls.HasHcr, wasE2h = _controls.IsE2h;
        _controls.WriteHcr(value);
        if (isFirst && wasE2h != _controls.IsE2h)
            ReadAgain(CasemateRegime.El2, _ => true);
        else if (_controls.HasTcr(CasemateRegime.El2, _cpu))
            ChangeShapes(CasemateRegime.El2, read);
        TurnWalks(CasemateRegime.El2);
        // The tree of TTBR0_EL2 has ASIDs from now on, or none.
        if (wasE2h != _controls.IsE2h)
            LeadAgain(CasemateRegister.Ttbr0El2);
        UseAsid(CasemateRegime.El2);
    }

    private void WriteSctlr(CasemateRegime regime, bool isOn)
    {
        if (isOn)
        {
            _steps.Wake(_cpu, regime);
            _holders.TurnOn(_cpu, regime);
            _holders[_cpu].SeeMairs(regime, [.. _mairs.UsedBy(_cpu, regime)]);
        }

        if (isOn ? _off.Remove((_cpu, regime)) : _off.Add((_cpu, regime)))
            TurnWalks(regime);
        if (isOn)
            _descriptors.ForgetUnwalked();
    }

    // HCR_EL2.VM is not followed: walks of stage 2 are always on.
    private bool BeginsWalks(int cpu, CasemateRegister register) => !_walksOff.Contains((cpu, register));

    // SCTLR, TCR or HCR_EL2 of the CPU has changed, and with them the registers at which walks begin.
    private void TurnWalks(CasemateRegime regime)
    {
        foreach (var register in TtbrsOf(regime))
            TurnOff(register);
        foreach (var register in TtbrsOf(regime))
        {
            if (!IsOff(register) && _walksOff.Remove((_cpu, register)))
                TurnOn(register);
        }

        Share();
    }

    private void TurnOff(CasemateRegister register)
    {
        if (!IsOff(register) || !_walksOff.Add((_cpu, register)))
            return;
        _holders[_cpu].TurnOff(register, _event);
        _roots.Leave(register, _cpu);
    }

    private bool IsOff(CasemateRegister register) =>
        _off.Contains((_cpu, LintedRoots.RegimeOf(register))) || _controls.EndsWalks(register);

    // A register leads to its tree, unless it has not been written or no walk begins there.
    private void LeadAgain(CasemateRegister register)
    {
        if (BeginsWalks(_cpu, register) && _written.TryGetValue((_cpu, register), out ulong root))
            Lead(register, root);
    }
}
