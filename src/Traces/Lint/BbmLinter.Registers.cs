using Orleans.Mmu.Arm.Processors;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>The writes of registers: those that lead to trees, and those that say how trees are read.</summary>
internal sealed partial class BbmLinter
{
    private static readonly CasemateRegister[] TtbrsOfEl1 = [CasemateRegister.Ttbr0El1, CasemateRegister.Ttbr1El1];

    // The registers that lead to trees as written last, also while SCTLR_EL1.M is 0.
    private readonly Dictionary<(int Cpu, CasemateRegister Register), ulong> _written = [];
    private readonly HashSet<int> _off = [];

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
                WriteWalks(CasemateRegister.Ttbr0El1, isOff: (value & WalkSwitch.LowerOff) != 0);
                WriteWalks(CasemateRegister.Ttbr1El1, isOff: (value & WalkSwitch.UpperOff) != 0);
                break;
            case CasemateRegister.TcrEl2:
                WriteShapes(CasemateRegime.El2, value);
                break;
            case CasemateRegister.VtcrEl2:
                WriteShapes(CasemateRegime.Stage2, value);
                break;
            case CasemateRegister.HcrEl2:
                WriteHcr(value);
                break;
            case CasemateRegister.SctlrEl1:
                WriteSctlr(isOn: (value & 1) != 0);
                break;
            default:
                _written[(_cpu, register)] = value;
                if (BeginsWalks(_cpu, register))
                    Lead(register, value);
                break;
        }
    }

    private void WriteMair(CasemateRegime regime, ulong value)
    {
        if (_controls.WriteMair(regime, value) is { } before)
            _controlChange.Mair(_cpu, regime, before, value);
    }

    // What SCTLR_EL2, HCR_EL2 and TCR_EL2 say of it is not followed: walks of EL2 and stage 2 are always on.
    private bool BeginsWalks(int cpu, CasemateRegister register) =>
        LintedRoots.RegimeOf(register) != CasemateRegime.El1
        || (!_off.Contains(cpu) && !_walksOff.Contains((cpu, register)));

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

    private void WriteSctlr(bool isOn)
    {
        if (!isOn)
        {
            _off.Add(_cpu);
            _holders[_cpu].TurnOff();
        }
        else if (_off.Remove(_cpu))
        {
            foreach (var register in TtbrsOfEl1)
                LeadAgain(register);
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
