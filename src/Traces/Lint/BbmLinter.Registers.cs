using Orleans.Mmu.Arm.Processors;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>The writes of registers: those that lead to trees, and those that say how trees are read.</summary>
internal sealed partial class BbmLinter
{
    private static readonly CasemateRegister[] TtbrsOfEl1 = [CasemateRegister.Ttbr0El1, CasemateRegister.Ttbr1El1];
    private static readonly CasemateRegister[] TtbrsOfEl2 = [CasemateRegister.Ttbr0El2, CasemateRegister.Ttbr1El2];

    // The registers that lead to trees as written last, also while SCTLR.M is 0.
    private readonly Dictionary<(int Cpu, CasemateRegister Register), ulong> _written = [];
    private readonly HashSet<(int Cpu, CasemateRegime Regime)> _off = [];

    // The registers whose EPDn is 1 on a CPU.
    private readonly HashSet<(int Cpu, CasemateRegister Register)> _walksOff = [];

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
                WriteShapes(CasemateRegime.El1, value);
                WriteWalks(CasemateRegime.El1, value);
                break;
            case CasemateRegister.TcrEl2:
                WriteShapes(CasemateRegime.El2, value);
                // Without E2H, TCR_EL2 has no EPD bits.
                if (_controls.IsE2h)
                    WriteWalks(CasemateRegime.El2, value);
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
                _written[(_cpu, register)] = value;
                if (BeginsWalks(_cpu, register))
                    Lead(register, value);
                break;
        }
    }

    // TTBR0 and TTBR1 of a regime of stage 1.
    private static CasemateRegister[] TtbrsOf(CasemateRegime regime) =>
        regime == CasemateRegime.El1 ? TtbrsOfEl1 : TtbrsOfEl2;

    private void WriteMair(CasemateRegime regime, ulong value)
    {
        if (_controls.WriteMair(regime, value) is { } before)
            _controlChange.Mair(_cpu, regime, before, value);
    }

    // HCR_EL2.VM is not followed: walks of stage 2 are always on.
    private bool BeginsWalks(int cpu, CasemateRegister register) =>
        !_off.Contains((cpu, LintedRoots.RegimeOf(register))) && !_walksOff.Contains((cpu, register));

    private void WriteWalks(CasemateRegime regime, ulong tcr)
    {
        WriteWalks(TtbrsOf(regime)[0], isOff: (tcr & WalkSwitch.LowerOff) != 0);
        WriteWalks(TtbrsOf(regime)[1], isOff: (tcr & WalkSwitch.UpperOff) != 0);
    }

    private void WriteWalks(CasemateRegister register, bool isOff)
    {
        if (isOff)
        {
            _walksOff.Add((_cpu, register));
            _holders[_cpu].TurnOff(register);
        }
        else if (_walksOff.Remove((_cpu, register)))
            LeadAgain(register);
    }

    // A register leads to its tree again, unless it has not been written or walks are off for another reason.
    private void LeadAgain(CasemateRegister register)
    {
        if (BeginsWalks(_cpu, register) && _written.TryGetValue((_cpu, register), out ulong root))
            Lead(register, root);
    }

    private void WriteSctlr(CasemateRegime regime, bool isOn)
    {
        bool changes = isOn ? _off.Remove((_cpu, regime)) : _off.Add((_cpu, regime));
        foreach (var register in changes ? TtbrsOf(regime) : [])
        {
            if (isOn)
                LeadAgain(register);
            else
                _holders[_cpu].TurnOff(register);
        }
    }

    private void WriteHcr(ulong value)
    {
        var read = _controls.TcrOf(CasemateRegime.El2);
        _controls.WriteHcr(value);
        if (_controls.HasTcr(CasemateRegime.El2, _cpu))
            ChangeShapes(CasemateRegime.El2, read);
    }
}
