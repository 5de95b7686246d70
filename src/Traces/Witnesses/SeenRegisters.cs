using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Traces.Lint;

namespace Orleans.Mmu.Traces.Witnesses;

/// <summary>
/// The registers of one CPU by which walks through one register begin. After a write, walks follow the old value or the
/// new one until an ISB (I_RBMTM), each register by itself.
/// </summary>
internal sealed class SeenRegisters(CasemateRegister register)
{
    // More values before an ISB are not followed, so that the time of a story does not grow with their number.
    private const int MostUnsettled = 8;

    // Each value once, the newest last.
    private sealed class Values<T> : List<T>
    {
        public void Write(T value)
        {
            Remove(value);
            if (Count == MostUnsettled)
                RemoveAt(0);
            Add(value);
        }

        public void Settle()
        {
            if (Count > 1)
                RemoveRange(0, Count - 1);
        }
    }

    private readonly Values<bool> _on = [true];
    private readonly Values<(LintedTcr Tcr, bool EndsWalks)> _tcrs = [];
    private readonly Dictionary<CasemateRegister, Values<ulong>> _ttbrs = [];
    private readonly Values<ulong?> _mairs = [null];

    /// <summary>Whether the register has been written.</summary>
    public bool HasLed => _ttbrs.ContainsKey(register);

    /// <summary>The regime has ASIDs.</summary>
    public bool HasAsids { get; set; } = true;

    /// <summary>Every value of MAIR that a walk may use, the newest last; null where it is not known.</summary>
    public IReadOnlyList<ulong?> Mairs => _mairs;

    /// <summary>A CPU writes TTBR0 or TTBR1 of the regime.</summary>
    public void WriteTtbr(CasemateRegister ttbr, ulong value)
    {
        if (!_ttbrs.TryGetValue(ttbr, out var values))
            _ttbrs[ttbr] = values = [];
        values.Write(value);
    }

    /// <summary>What TCR of the regime says of the register.</summary>
    /// <param name="replaces">It is the value that has counted all along.</param>
    public void WriteTcr(LintedTcr tcr, bool endsWalks, bool replaces)
    {
        if (replaces)
            _tcrs.Clear();
        _tcrs.Write((tcr, endsWalks));
    }

    /// <summary>SCTLR.M of the regime.</summary>
    public void WriteSctlr(bool isOn) => _on.Write(isOn);

    /// <summary>MAIR of the regime.</summary>
    public void WriteMair(ulong value)
    {
        if (_mairs is [null])
            _mairs.Clear();
        _mairs.Write(value);
    }

    /// <summary>An ISB.</summary>
    public void Isb()
    {
        _on.Settle();
        _tcrs.Settle();
        _mairs.Settle();
        foreach (var values in _ttbrs.Values)
            values.Settle();
    }

    /// <summary>Where walks may begin; the newest values first. None while translation is off.</summary>
    public IEnumerable<WalkStart> Starts()
    {
        if (!_ttbrs.TryGetValue(register, out var roots))
            yield break;
        for (int m = _on.Count - 1; m >= 0; m--)
        {
            if (!_on[m])
                continue;
            for (int t = _tcrs.Count - 1; t >= 0; t--)
            {
                var (tcr, endsWalks) = _tcrs[t];
                for (int r = roots.Count - 1; r >= 0; r--)
                {
                    ulong root = LintedRoots.AddressOf(roots[r], tcr.LargeAddresses);
                    bool isNewest = m == _on.Count - 1 && t == _tcrs.Count - 1 && r == roots.Count - 1;
                    ushort? vmid = register == CasemateRegister.VttbrEl2 ? (ushort)(tcr.WithId(roots[r]) >> 48) : null;
                    foreach (ushort asid in AsidsOf(tcr, roots[r]))
                        yield return new(tcr.HalfOf(register), root, asid, vmid, !endsWalks, isNewest);
                }
            }
        }
    }

    // The ASID is in the register of the root, or in the other one.
    private IEnumerable<ushort> AsidsOf(LintedTcr tcr, ulong root)
    {
        if (!HasAsids)
            return [0];
        bool isOwn = tcr.AsidInUpper == LintedHalf.IsUpper(register);
        if (isOwn)
            return [AsidOf(root)];
        return _ttbrs.GetValueOrDefault(Other) is { } values ? values.AsEnumerable().Reverse().Select(AsidOf).Distinct()
            : [0];

        ushort AsidOf(ulong value) => TlbiOperandFormat.AsidOf(tcr.WithId(value));
    }

    private CasemateRegister Other => register switch
    {
        CasemateRegister.Ttbr0El1 => CasemateRegister.Ttbr1El1,
        CasemateRegister.Ttbr1El1 => CasemateRegister.Ttbr0El1,
        CasemateRegister.Ttbr0El2 => CasemateRegister.Ttbr1El2,
        _ => CasemateRegister.Ttbr0El2,
    };
}
