namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// The trees whose entries one CPU may hold: from the write of a register that points to the tree until another root
/// is in effect (ISB) and, after that, a TLBI for everything is complete. The ASIDs under which the CPU may hold the
/// non-global entries of a tree come and go in the same way.
/// </summary>
/// <param name="hasGlobal">Whether a tree has had global leaves.</param>
internal sealed partial class LintedHolder(int cpu, Func<ulong, bool> hasGlobal)
{
    private readonly Dictionary<CasemateRegister, ulong> _current = [];

    // In effect now, and before until an ISB (I_RBMTM).
    private readonly HashSet<HeldTree> _walked = [];
    private readonly HashSet<(CasemateRegime Regime, ushort Asid)> _usedAsids = [];
    private readonly Dictionary<CasemateRegime, ushort> _currentAsids = [];

    private readonly Dictionary<HeldTree, CasemateRegime> _held = [];
    private readonly Dictionary<HeldTree, HashSet<ushort>> _asids = [];

    // Trees that no register leads to any more.
    private readonly Dictionary<HeldTree, LintedDeparture> _departures = [];

    // Nothing has changed since the last ISB, so another one ends nothing.
    private bool _isSettled;

    /// <summary>The number of the CPU.</summary>
    public int Cpu => cpu;

    /// <summary>Whether it may hold a tree of one of these roots.</summary>
    public bool Holds(IReadOnlyList<ulong> roots)
    {
        for (int i = 0; i < roots.Count; i++)
        {
            if (_held.ContainsKey(roots[i]))
                return true;
        }

        return false;
    }

    /// <summary>The trees that the CPU may hold, with their regimes.</summary>
    public IReadOnlyDictionary<HeldTree, CasemateRegime> Held => _held;

    /// <summary>A register leads to a tree, which the CPU reads in a shape.</summary>
    /// <param name="at">The event.</param>
    public void Write(CasemateRegister register, ulong root, LintedHalf half, LintedEvent at)
    {
        _isSettled = false;
        Replace(register, root);
        Depart(register, root, at);
        _current[register] = root;
        _ledTo.Add(root);
        _walked.Add(root);
        _held[root] = LintedRoots.RegimeOf(register);
        _heldSince.TryAdd(root, at.At);
        ReadThrough(register, root, half);
        _departures.Remove(root);
        _vmidsGone.Remove(root);
        Keep(root, asid: null);
    }

    /// <summary>
    /// Walks through a register are off: after the next ISB, none begins there. What is cached stays.
    /// </summary>
    public void TurnOff(CasemateRegister register, LintedEvent at)
    {
        _isSettled = false;
        Depart(register, null, at);
        _current.Remove(register);
    }

    /// <summary>
    /// The CPU reads its trees of a regime under an ASID. ASID 0 does not count, because traces write it where they do
    /// not record ASIDs.
    /// </summary>
    /// <param name="at">The event.</param>
    /// <returns>Whether the CPU has read them under another one until now.</returns>
    public bool UseAsid(CasemateRegime regime, ushort asid, LintedEvent at)
    {
        _isSettled = false;
        bool changes = !_currentAsids.TryGetValue(regime, out ushort before) || before != asid;
        _currentAsids[regime] = asid;
        if (asid != 0)
        {
            _usedAsids.Add((regime, asid));
            BeginUse(regime, asid, at);
        }

        foreach (var (current, root) in _current)
        {
            if (LintedRoots.RegimeOf(current) != regime)
                continue;
            if (asid == 0)
            {
                _unnamed.Add(root);
                continue;
            }

            if (!_asids.TryGetValue(root, out var known))
                _asids[root] = known = [];
            if (known.Add(asid))
                _asidsSince[(root, asid)] = at.At;
            AddIds(root);
            Keep(root, asid);
        }

        return changes && asid != 0;
    }

    /// <param name="at">The event.</param>
    public void Isb(LintedEvent at)
    {
        if (_isSettled)
            return;
        _isSettled = true;
        foreach (var tree in _walked)
        {
            if (_departures.TryGetValue(tree, out var left))
                left.IsbAt ??= at;
        }

        _walked.Clear();
        foreach (ulong root in _current.Values)
            _walked.Add(root);
        EndUses(at);
        _usedAsids.Clear();
        foreach (var (regime, asid) in _currentAsids)
            _usedAsids.Add((regime, asid));
        SettleVmids(at);
    }

    /// <summary>The root that a register leads to; null for none.</summary>
    public ulong? TreeOf(CasemateRegister register) =>
        _current.TryGetValue(register, out ulong root) ? root : null;

    /// <summary>Whether the CPU may walk a tree, beyond holding entries of it.</summary>
    public bool Walks(HeldTree tree) => _walked.Contains(tree);

    /// <summary>
    /// The tree whose VMID is that of TLBIs: VTTBR_EL2 leads to it, and to no other since the last ISB (I_RBMTM). Null
    /// if there is none.
    /// </summary>
    public ulong? TreeOfVmid
    {
        get
        {
            if (!_current.TryGetValue(CasemateRegister.VttbrEl2, out ulong current))
                return null;
            foreach (var tree in _walked)
            {
                if (tree != current && _held.GetValueOrDefault(tree) == CasemateRegime.Stage2)
                    return null;
            }

            return current;
        }
    }

    /// <summary>
    /// Whether the CPU may hold entries of a tree of stage 2 under its VMID. While a hypervisor runs at EL2, no walk of
    /// stage 2 begins (R_NRJPP), so a TLBI of the VMID counts from then until VTTBR_EL2 leads to the tree once more.
    /// </summary>
    public bool HoldsVmidOf(HeldTree tree) => _held.ContainsKey(tree) && !_vmidsGone.Contains(tree);

    // The register is about to lead to another tree, or to none.
    private void Depart(CasemateRegister register, ulong? next, LintedEvent at)
    {
        if (!_current.TryGetValue(register, out ulong root) || root == next)
            return;
        if (!_current.Any(c => c.Key != register && c.Value == root))
            _departures[root] = new(register, at);
    }
}
