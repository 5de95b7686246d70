using Orleans.Mmu.Arm.Invalidation;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// What TLBIs by address of the CPU have removed of trees that it has left. No walk under an ASID that is not in use
/// brings an entry of the ASID back, so such a TLBI counts for what a later store replaces, too.
/// </summary>
internal sealed partial class LintedHolder
{
    // More are not remembered, so that memory does not grow with the length of the trace.
    private const int MostNamed = 256;

    private readonly record struct NamedAway(TlbiOperand Operand, ushort? Asid, bool NoXs, long At);

    private readonly List<NamedAway> _namedAway = [];

    // Those that no DSB of the CPU has completed.
    private readonly List<NamedAway> _namedPending = [];

    /// <summary>A TLBI of the CPU for itself alone names leaves of EL1 by address.</summary>
    /// <param name="operand">What its register says.</param>
    /// <param name="asid">The ASID that it names; null for every one.</param>
    /// <param name="noXs">The nXS form.</param>
    /// <param name="at">The number of the event.</param>
    public void Name(in TlbiOperand operand, ushort? asid, bool noXs, long at)
    {
        // Nearly always the CPU walks every tree that it may hold, and entries of another VMID are left.
        if (_vmid is null && _held.Count > _walked.Count && _namedPending.Count < MostNamed)
            _namedPending.Add(new(operand, asid, noXs, at));
    }

    /// <summary>A DSB of the CPU completes the TLBIs that it issued before.</summary>
    public void CompleteNamed(LintedDsb dsb)
    {
        int left = 0;
        for (int i = 0; i < _namedPending.Count; i++)
        {
            var named = _namedPending[i];
            if (dsb.Completes(broadcast: false, named.NoXs))
                _namedAway.Add(named);
            else
                _namedPending[left++] = named;
        }

        _namedPending.RemoveRange(left, _namedPending.Count - left);
        if (_namedAway.Count > MostNamed)
            _namedAway.RemoveRange(0, _namedAway.Count - MostNamed);
    }

    /// <summary>Whether walks of the CPU may read a descriptor of a tree that it may hold.</summary>
    public bool MayRead(StaleValue old)
    {
        foreach (ulong root in old.Roots)
        {
            if (_held.ContainsKey(root) && (_walked.Contains(root) || !_asids.TryGetValue(root, out var known)
                || _unnamed.Contains(root) || _shared.Contains(root) || IsAnyInUse(old.Regime, known)))
                return true;
        }

        return false;
    }

    /// <summary>
    /// Whether the CPU has left, with an ISB, every tree of an old value that it may hold, so that no walk brings the
    /// value back behind a TLBI.
    /// </summary>
    /// <param name="everything">The TLBI names the entries of every ASID.</param>
    public bool HasLeft(StaleValue old, bool everything)
    {
        foreach (ulong root in old.Roots)
        {
            if (_held.ContainsKey(root) && (_walked.Contains(root) || _shared.Contains(root)))
                return false;
        }

        return everything || !MayRead(old);
    }

    private bool IsAnyInUse(CasemateRegime regime, HashSet<ushort> asids)
    {
        foreach (ushort asid in asids)
        {
            if (!_uses.TryGetValue((regime, asid), out var use) || use.Until == long.MaxValue)
                return true;
        }

        return false;
    }

    // Whether a TLBI behind an event has removed a leaf that has an ASID.
    private bool IsNamedBehind(long at, ushort asid, StaleValue old)
    {
        if (_namedAway.Count == 0 || old.Regime != CasemateRegime.El1 || old.Table is not null
            || (old.Value & LintedGroups.ContiguousBit) != 0)
            return false;
        foreach (var (operand, named, _, when) in _namedAway)
        {
            ulong first = operand.Address.Value & InputAddress.Mask;
            if (when > at && (named is null || named == asid)
                && first <= old.Input + (old.Cover - 1) && old.Input - Math.Min(old.Input, first) < operand.Length
                && operand is not { Span: not null, Granule: null } && operand.BeginsWithLeaf
                && operand.NamesTablesOf(old.Geometry.Granule) && operand.NamesLeafAt(old.Level))
                return true;
        }

        return false;
    }
}
