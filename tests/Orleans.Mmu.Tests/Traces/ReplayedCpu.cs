using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Traces.Lint;

namespace Orleans.Mmu.Tests.Traces;

/// <summary>A look-up of one CPU: where its walk begins, and which entries answer.</summary>
internal readonly record struct ReplayedContext(LintedHalf Half, ulong Root, ushort Asid, ushort? Vmid, bool Walks);

/// <summary>The registers of one CPU by which it walks through one of them; every value that may count.</summary>
internal sealed class ReplayedCpu(int cpu, CasemateRegister register)
{
    private readonly CasemateRegime _regime = LintedRoots.RegimeOf(register);
    private readonly Dictionary<CasemateRegister, List<ulong>> _values = [];
    private readonly List<(LintedTcr Tcr, bool Ends)> _shapes = [];
    private List<ulong?> _mairs = [null];
    private bool _isOut;
    private bool _leads;
    private bool _isVmidCertain = true;

    /// <summary>A register of the CPU was written and no ISB of it has followed.</summary>
    public bool HasUnsettled { get; private set; }

    public IReadOnlyList<ulong?> Mairs => _mairs;

    public bool HasAsids { get; private set; } = true;

    public void Write(CasemateRegister written, ulong value, LintedControls controls, bool isFirstTcr)
    {
        HasUnsettled = true;
        var tcr = controls.TcrOf(_regime);
        bool isShape = written is CasemateRegister.TcrEl1 or CasemateRegister.TcrEl2 or CasemateRegister.HcrEl2;
        bool isRoot = LintedRoots.RegimeOf(written) == _regime && written is CasemateRegister.Ttbr0El1
            or CasemateRegister.Ttbr1El1 or CasemateRegister.Ttbr0El2 or CasemateRegister.Ttbr1El2
            or CasemateRegister.VttbrEl2;
        if ((isShape && _regime == (written == CasemateRegister.TcrEl1 ? CasemateRegime.El1 : CasemateRegime.El2))
            || (isRoot && (_shapes.Count == 0 || !controls.HasTcr(_regime, cpu)
                || _regime == CasemateRegime.Stage2)))
        {
            HasAsids = controls.HasAsids(_regime);
            if (isFirstTcr || !isShape || written == CasemateRegister.HcrEl2)
                _shapes.Clear();
            _shapes.Add((tcr, _regime != CasemateRegime.Stage2 && controls.EndsWalks(register)));
        }

        if (written == CasemateRegister.VttbrEl2)
        {
            ulong vmid = controls.TcrOf(CasemateRegime.Stage2).WithId(value) >> 48;
            if (_values.TryGetValue(written, out var before)
                && controls.TcrOf(CasemateRegime.Stage2).WithId(before[^1]) >> 48 != vmid)
                (_isOut, _isVmidCertain) = (true, false);
            Vmid = (ushort)vmid;
        }

        _leads |= isRoot && written != CasemateRegister.VttbrEl2;
        if (!_values.TryGetValue(written, out var values))
            _values[written] = values = written is CasemateRegister.SctlrEl1 or CasemateRegister.SctlrEl2 ? [1] : [];
        values.Add(value);
    }

    public void WriteMair(ulong value) => _mairs = _mairs is [null] ? [value] : [.. _mairs, value];

    public ushort? Vmid { get; private set; }

    public TlbiVmid VmidOfTlbis => new(Vmid is not null, _isVmidCertain ? Vmid : null);

    public void Isb()
    {
        HasUnsettled = false;
        foreach (var values in _values.Values)
            values.RemoveRange(0, values.Count - 1);
        if (_shapes.Count > 1)
            _shapes.RemoveRange(0, _shapes.Count - 1);
        _mairs = [_mairs[^1]];
        _isVmidCertain = true;
        _isOut &= !_leads;
        _leads = false;
    }

    // A CPU that stores runs under its VMID.
    public void Store() => _isOut &= !_isVmidCertain;

    public IEnumerable<ReplayedContext> Contexts()
    {
        if ((_isOut && _regime == CasemateRegime.El1) || !_values.TryGetValue(register, out var roots))
            yield break;
        var sctlr = _values.GetValueOrDefault(
            _regime == CasemateRegime.El1 ? CasemateRegister.SctlrEl1 : CasemateRegister.SctlrEl2);
        if (_regime != CasemateRegime.Stage2 && sctlr?.Exists(v => (v & 1) != 0) == false)
            yield break;
        foreach (var (tcr, ends) in _shapes)
        {
            foreach (ulong value in roots)
            {
                foreach (ulong holder in AsidHolders(tcr) is { } other ? other : [value])
                {
                    bool isStage2 = _regime == CasemateRegime.Stage2;
                    ushort asid = HasAsids && !isStage2 ? TlbiOperandFormat.AsidOf(tcr.WithId(holder)) : (ushort)0;
                    yield return new(
                        tcr.HalfOf(register), LintedRoots.AddressOf(value, tcr.LargeAddresses), asid,
                        isStage2 ? (ushort)(tcr.WithId(value) >> 48) : _regime == CasemateRegime.El1 ? Vmid : null,
                        !ends);
                }
            }
        }
    }

    // The values of the other register, where that has the ASID; null for the own one.
    private List<ulong>? AsidHolders(LintedTcr tcr)
    {
        if (!HasAsids || tcr.AsidInUpper == LintedHalf.IsUpper(register) || _regime == CasemateRegime.Stage2)
            return null;
        var other = (_regime, LintedHalf.IsUpper(register)) switch
        {
            (CasemateRegime.El1, true) => CasemateRegister.Ttbr0El1,
            (CasemateRegime.El1, false) => CasemateRegister.Ttbr1El1,
            (_, true) => CasemateRegister.Ttbr0El2,
            _ => CasemateRegister.Ttbr1El2,
        };
        return _values.GetValueOrDefault(other) ?? [0];
    }
}
