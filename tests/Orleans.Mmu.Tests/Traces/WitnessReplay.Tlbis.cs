using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Traces.Lint;

namespace Orleans.Mmu.Tests.Traces;

/// <summary>The TLBIs of the trace, and what they remove.</summary>
internal sealed partial class WitnessReplay
{
    private sealed record Pending(
        int Cpu, LintedTlbi Tlbi, TlbiOperand Operand, ushort Asid, TlbiVmid Vmid, int Barrier);

    private readonly List<Pending> _pending = [];

    /// <summary>The number of TLBIs of the regime that are complete on the CPU.</summary>
    public int Complete { get; private set; }

    private void Issue(in CasemateEvent happened)
    {
        var tlbi = _controls.Direct(happened.Tlbi);
        bool reaches = regime switch
        {
            CasemateRegime.El1 => tlbi.El1,
            CasemateRegime.El2 => tlbi.El2,
            _ => tlbi.Stage2 || tlbi.Combined,
        };
        if (!reaches || (happened.Cpu != cpu && !tlbi.Broadcast))
            return;
        ulong value = _controls.WithAsid(tlbi, happened.Value);
        var operand = tlbi.ByAddress
            ? tlbi.Operand(value, _controls.TcrOf(regime).Operands(regime == CasemateRegime.Stage2)) : default;
        bool ofVmid = !tlbi.AllVmids && ((tlbi.El1 && !_controls.IsHost) || tlbi.Stage2);
        _pending.Add(new(
            happened.Cpu, tlbi, operand, (ushort)(value >> 48), ofVmid ? Of(happened.Cpu).VmidOfTlbis : default,
            _barriers.GetValueOrDefault(happened.Cpu)));
    }

    private void Finish(int issuer, LintedDsb dsb)
    {
        foreach (var before in _made)
            _held[before] = (_index, true);
        foreach (var one in _pending.Where(p => p.Cpu == issuer && dsb.Completes(p.Tlbi.Broadcast, p.Tlbi.NoXs))
            .OrderBy(p => !p.Tlbi.Combined).ToList())
        {
            _pending.Remove(one);
            Complete++;
            foreach (var (held, span) in _held.ToList())
            {
                if (!_made.Contains(held) && !(span.ByDsb && span.Last > one.Barrier) && Removes(one, held))
                    _held.Remove(held);
            }
        }
    }

    // A group stays, unless its only members of interest are named.
    private bool Removes(Pending tlbi, Tagged held)
    {
        var (entry, operand, operation) = (held.Entry, tlbi.Operand, tlbi.Tlbi);
        if (regime == CasemateRegime.Stage2 && !(entry.Combined ? operation.Combined : operation.Stage2))
            return false;
        if (tlbi.Vmid.Counts && held.Vmid is { } vmid && vmid != tlbi.Vmid.Value)
            return false;
        if (operation.ByAsid && held.Asid != tlbi.Asid && !(operation.ByAddress && entry.IsGlobal))
            return false;
        if (!operation.ByAddress)
            return !operation.ByAsid || !entry.IsGlobal;
        if (entry.IsTable ? operation.LastLevel || !operand.NamesTableAt(entry.Level)
            : !operand.NamesLeafAt(entry.Level))
            return false;
        if (!operand.NamesTablesOf(held.Granule) || !operand.BeginsWithLeaf
            || operand is { Span: not null, Granule: null })
            return false;
        ulong first = operand.Address.Value, last = first + (operand.Length - 1);
        if (entry.Kind != "contiguous group")
            return first <= entry.Last && entry.First <= last;
        ulong size = held.Granule.PageSize << (3 - entry.Level) * held.Granule.IndexBits;
        return addresses.Where(entry.Covers).All(a => first <= (a | (size - 1)) && (a & ~(size - 1)) <= last);
    }
}
