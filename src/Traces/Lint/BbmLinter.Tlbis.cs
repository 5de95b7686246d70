using Orleans.Mmu.Arm.Invalidation;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>The TLBIs of the trace.</summary>
internal sealed partial class BbmLinter
{
    private void Invalidate(in LintedTlbi named, ulong value)
    {
        if (named.ByAsid && value >> 56 != 0)
            _longIds.UnionWith([CasemateRegime.El1, CasemateRegime.El2]);
        var tlbi = _controls.Direct(named);
        value = _controls.WithAsid(tlbi, value);
        _holders.Tlbi(_cpu, tlbi, value, _reach.VmidOf(tlbi, _cpu), _event);
        _steps.Tlbi(_cpu, tlbi, value, _reach);
        if (tlbi is { ByAddress: true, Broadcast: false, El1: true })
        {
            ushort? asid = tlbi.ByAsid ? TlbiOperandFormat.AsidOf(value) : null;
            _holders[_cpu].Name(_reach.Operand, asid, tlbi.NoXs, _event.At);
        }
    }
}
