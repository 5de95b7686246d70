using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Traces.Lint;

namespace Orleans.Mmu.Traces.Witnesses;

/// <content>The registers by which the CPUs that fail lead to their trees.</content>
public sealed partial class WitnessReader
{
    private void Write(CasemateRegister register, ulong value)
    {
        int cpu = _controls.Cpu;
        CasemateRegime? changed = null;
        switch (register)
        {
            case CasemateRegister.TcrEl1:
                _controls.WriteTcr(CasemateRegime.El1, value);
                changed = CasemateRegime.El1;
                break;
            case CasemateRegister.TcrEl2:
                _controls.WriteTcr(CasemateRegime.El2, value);
                changed = CasemateRegime.El2;
                break;
            case CasemateRegister.HcrEl2:
                _controls.WriteHcr(value);
                changed = CasemateRegime.El2;
                break;
            case CasemateRegister.SctlrEl1 or CasemateRegister.SctlrEl2:
                changed = register == CasemateRegister.SctlrEl1 ? CasemateRegime.El1 : CasemateRegime.El2;
                if ((value & 1) != 0)
                    _off.Remove((cpu, changed.Value));
                else
                    _off.Add((cpu, changed.Value));
                break;
            case CasemateRegister.Ttbr0El1 or CasemateRegister.Ttbr1El1 or CasemateRegister.Ttbr0El2
                or CasemateRegister.Ttbr1El2:
                _written[(cpu, register)] = value;
                changed = LintedRoots.RegimeOf(register);
                break;
            case CasemateRegister.MairEl1 or CasemateRegister.MairEl2:
                WriteMair(register == CasemateRegister.MairEl1 ? CasemateRegime.El1 : CasemateRegime.El2, value);
                break;
            case CasemateRegister.VttbrEl2:
                ushort vmid = (ushort)(_controls.TcrOf(CasemateRegime.Stage2).WithId(value) >> 48);
                _vmids[cpu] = vmid;
                foreach (var one in _open.Where(o => o.Violation.Cpu == cpu))
                    one.Vmid = vmid;
                break;
            case CasemateRegister.VtcrEl2:
                _controls.WriteTcr(CasemateRegime.Stage2, value);
                break;
            default:
                break;
        }

        foreach (var one in _open)
        {
            if (one.Violation.Cpu == cpu && one.Regime == changed)
                Lead(one);
        }
    }

    // A CPU that has not written MAIR counts as holding the value that any CPU wrote last.
    private void WriteMair(CasemateRegime regime, ulong value)
    {
        _hasMair.Add((_controls.Cpu, regime));
        foreach (var one in _open)
        {
            int cpu = one.Violation.Cpu;
            if (one.Regime == regime && (cpu == _controls.Cpu || !_hasMair.Contains((cpu, regime))))
                one.Mair(value);
        }
    }

    private void Lead(Rehearsal one)
    {
        var (cpu, register) = (one.Violation.Cpu, one.Register);
        if (!_written.TryGetValue((cpu, register), out ulong value))
            return;
        var tcr = _controls.TcrOf(one.Regime);
        bool isOff = _off.Contains((cpu, one.Regime)) || _controls.EndsWalks(register);
        bool lower = one.Regime == CasemateRegime.El1
            ? !tcr.AsidInUpper : !tcr.AsidInUpper || !_controls.IsE2h;
        var asidRegister = (one.Regime, lower) switch
        {
            (CasemateRegime.El1, true) => CasemateRegister.Ttbr0El1,
            (CasemateRegime.El1, false) => CasemateRegister.Ttbr1El1,
            (_, true) => CasemateRegister.Ttbr0El2,
            _ => CasemateRegister.Ttbr1El2,
        };
        ushort asid = !_controls.HasAsids(one.Regime) ? (ushort)0
            : TlbiOperandFormat.AsidOf(tcr.WithId(_written.GetValueOrDefault((cpu, asidRegister))));
        ulong? root = isOff ? null : LintedRoots.AddressOf(value, tcr.LargeAddresses);
        one.Lead(tcr.HalfOf(register), root, asid);
    }
}
