using Orleans.Mmu.Traces.Lint;

namespace Orleans.Mmu.Traces.Witnesses;

/// <content>The registers by which the CPUs that fail lead to their trees.</content>
public sealed partial class WitnessReader
{
    private void Write(CasemateRegister register, ulong value)
    {
        int cpu = _controls.Cpu;
        switch (register)
        {
            case CasemateRegister.TcrEl1:
                Shape(CasemateRegime.El1, isFirst: _controls.WriteTcr(CasemateRegime.El1, value) is null);
                break;
            case CasemateRegister.TcrEl2:
                Shape(CasemateRegime.El2, isFirst: _controls.WriteTcr(CasemateRegime.El2, value) is null);
                break;
            case CasemateRegister.VtcrEl2:
                _controls.WriteTcr(CasemateRegime.Stage2, value);
                break;
            case CasemateRegister.HcrEl2:
                _controls.WriteHcr(value);
                Shape(CasemateRegime.El2, isFirst: true);
                break;
            case CasemateRegister.SctlrEl1 or CasemateRegister.SctlrEl2:
                foreach (var one in Of(
                    register == CasemateRegister.SctlrEl1 ? CasemateRegime.El1 : CasemateRegime.El2, cpu))
                {
                    one.Registers.WriteSctlr((value & 1) != 0);
                    one.Turn();
                }

                break;
            case CasemateRegister.MairEl1 or CasemateRegister.MairEl2:
                WriteMair(register == CasemateRegister.MairEl1 ? CasemateRegime.El1 : CasemateRegime.El2, value);
                break;
            case CasemateRegister.Ttbr0El1 or CasemateRegister.Ttbr1El1 or CasemateRegister.Ttbr0El2
                or CasemateRegister.Ttbr1El2:
                Lead(register, value);
                break;
            case CasemateRegister.VttbrEl2:
                ushort vmid = (ushort)(_controls.TcrOf(CasemateRegime.Stage2).WithId(value) >> 48);
                VmidOf(cpu).Write(vmid);
                Lead(register, value);
                foreach (var one in Of(CasemateRegime.El1, cpu))
                    one.UseVmid(vmid);
                break;
            default:
                break;
        }
    }

    private IEnumerable<Rehearsal> Of(CasemateRegime regime, int cpu) =>
        _open.Where(one => one.Regime == regime && one.Violation.Cpu == cpu);

    // TCR or HCR_EL2 of the CPU has another value. The first one is that which trees were read with.
    private void Shape(CasemateRegime regime, bool isFirst)
    {
        foreach (var one in Of(regime, _controls.Cpu))
        {
            See(one, isFirst);
            one.Turn();
        }
    }

    private void See(Rehearsal one, bool replaces)
    {
        one.Registers.HasAsids = _controls.HasAsids(one.Regime);
        bool endsWalks = one.Regime != CasemateRegime.Stage2 && _controls.EndsWalks(one.Register);
        one.Registers.WriteTcr(_controls.TcrOf(one.Regime), endsWalks, replaces);
    }

    // A CPU that has not written TCR reads by that which any CPU wrote last. VTCR_EL2 counts from here.
    private void Lead(CasemateRegister register, ulong value)
    {
        int cpu = _controls.Cpu;
        var regime = LintedRoots.RegimeOf(register);
        foreach (var one in Of(regime, cpu))
        {
            if (regime == CasemateRegime.Stage2 || !_controls.HasTcr(regime, cpu))
                See(one, replaces: true);
            one.Registers.WriteTtbr(register, value);
            one.Lead();
            one.Turn();
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
                one.Mair(_controls.Cpu, value);
        }
    }
}
