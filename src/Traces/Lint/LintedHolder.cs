namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// The trees whose entries one CPU may hold: from the write of a register that points to the tree until another root
/// is in effect (ISB) and, after that, a TLBI for everything is complete. The ASIDs under which the CPU may hold the
/// non-global entries of a tree come and go in the same way.
/// </summary>
internal sealed partial class LintedHolder(int cpu)
{
    private readonly Dictionary<CasemateRegister, ulong> _current = [];

    // In effect now, and before until an ISB (I_RBMTM).
    private readonly HashSet<ulong> _walked = [];
    private readonly HashSet<(CasemateRegime Regime, ushort Asid)> _usedAsids = [];
    private readonly Dictionary<CasemateRegime, ushort> _currentAsids = [];

    private readonly Dictionary<ulong, CasemateRegime> _held = [];
    private readonly Dictionary<(CasemateRegister Register, ulong Root), LintedHalf> _through = [];
    private readonly Dictionary<ulong, ulong> _mairs = [];
    private readonly Dictionary<ulong, HashSet<ushort>> _asids = [];

    // Trees that no register leads to any more.
    private readonly Dictionary<ulong, LintedDeparture> _departures = [];

    /// <summary>The roots of the trees that the CPU may hold, with their regimes.</summary>
    public IReadOnlyDictionary<ulong, CasemateRegime> Held => _held;

    /// <summary>A register leads to a tree, which the CPU reads in a shape.</summary>
    /// <param name="at">The event.</param>
    public void Write(CasemateRegister register, ulong root, LintedHalf half, ulong at)
    {
        Depart(register, root, at);
        _current[register] = root;
        _walked.Add(root);
        _held[root] = LintedRoots.RegimeOf(register);
        _through[(register, root)] = half;
        _departures.Remove(root);
        _vmidsGone.Remove(root);
        Keep(root, asid: null);
    }

    /// <summary>
    /// Walks through a register are off: after the next ISB, none begins there. What is cached stays.
    /// </summary>
    public void TurnOff(CasemateRegister register, ulong at)
    {
        Depart(register, null, at);
        _current.Remove(register);
    }

    /// <summary>
    /// The CPU reads its trees of a regime under an ASID. ASID 0 does not count, because traces write it where they do
    /// not record ASIDs.
    /// </summary>
    /// <returns>Whether the CPU has read them under another one until now.</returns>
    public bool UseAsid(CasemateRegime regime, ushort asid)
    {
        bool changes = !_currentAsids.TryGetValue(regime, out ushort before) || before != asid;
        _currentAsids[regime] = asid;
        if (asid == 0)
            return false;
        _usedAsids.Add((regime, asid));
        foreach (var (current, root) in _current)
        {
            if (LintedRoots.RegimeOf(current) != regime)
                continue;
            if (!_asids.TryGetValue(root, out var known))
                _asids[root] = known = [];
            known.Add(asid);
            Keep(root, asid);
        }

        return changes;
    }

    /// <param name="at">The event.</param>
    public void Isb(ulong at)
    {
        foreach (ulong root in _walked)
        {
            if (_departures.TryGetValue(root, out var left))
                left.IsbAt ??= at;
        }

        _walked.Clear();
        _walked.UnionWith(_current.Values);
        _usedAsids.Clear();
        foreach (var (regime, asid) in _currentAsids)
            _usedAsids.Add((regime, asid));
    }

    /// <summary>The CPU turns out never to have read a tree through a register as it was said.</summary>
    public void Forget(CasemateRegister register)
    {
        foreach (ulong root in HeldThrough(register).ToList())
        {
            _through.Remove((register, root));
            if (!_through.Keys.Any(t => t.Root == root))
                Drop(root);
        }
    }

    /// <summary>The roots of the trees that the CPU may hold through a register.</summary>
    public IEnumerable<ulong> HeldThrough(CasemateRegister register) =>
        _through.Keys.Where(t => t.Register == register).Select(t => t.Root);

    /// <summary>The registers through which the CPU may hold a tree.</summary>
    public IEnumerable<CasemateRegister> RegistersOf(ulong root) =>
        _through.Keys.Where(t => t.Root == root).Select(t => t.Register);

    /// <summary>The root that a register leads to; null for none.</summary>
    public ulong? TreeOf(CasemateRegister register) =>
        _current.TryGetValue(register, out ulong root) ? root : null;

    /// <summary>Whether the CPU may walk a tree, beyond holding entries of it.</summary>
    public bool Walks(ulong root) => _walked.Contains(root);

    /// <summary>
    /// The tree whose VMID is that of TLBIs: VTTBR_EL2 leads to it, and to no other since the last ISB (I_RBMTM). Null
    /// if there is none.
    /// </summary>
    public ulong? TreeOfVmid =>
        _current.TryGetValue(CasemateRegister.VttbrEl2, out ulong current)
        && _walked.All(root => root == current || _held.GetValueOrDefault(root) != CasemateRegime.Stage2)
            ? current : null;

    /// <summary>
    /// Whether the CPU may hold entries of a tree under its VMID. While a hypervisor runs at EL2, no walk of stage 2
    /// begins (R_NRJPP), so a TLBI of the VMID counts from then until VTTBR_EL2 leads to the tree once more.
    /// </summary>
    public bool HoldsVmidOf(ulong root) => _held.ContainsKey(root) && !_vmidsGone.Contains(root);

    /// <summary>The shape in which the CPU read a tree through a register; null if it holds none of it.</summary>
    public LintedHalf? HalfOf(CasemateRegister register, ulong root) => _through.GetValueOrDefault((register, root));

    /// <summary>Whether the CPU may hold a tree through no other register than this one.</summary>
    public bool HoldsThroughAlone(CasemateRegister register, ulong root) =>
        _through.Keys.All(t => t.Root != root || t.Register == register);

    /// <summary>MAIR changes while the CPU may have a tree cached and does not walk it.</summary>
    public void KeepMair(ulong root, ulong before) => _mairs.TryAdd(root, before);

    /// <summary>An older MAIR under which the CPU may have a tree cached; null if there is none.</summary>
    public ulong? MairOf(ulong root) => _mairs.TryGetValue(root, out ulong mair) ? mair : null;

    /// <summary>
    /// The ASIDs under which the CPU may have cached the non-global entries of a tree; null if no register that led to
    /// it had one, or if the CPU does not hold it.
    /// </summary>
    public IReadOnlySet<ushort>? AsidsOf(ulong root) => _asids.GetValueOrDefault(root);

    // The register is about to lead to another tree, or to none.
    private void Depart(CasemateRegister register, ulong? next, ulong at)
    {
        if (!_current.TryGetValue(register, out ulong root) || root == next)
            return;
        if (!_current.Any(c => c.Key != register && c.Value == root))
            _departures[root] = new(register, at);
    }
}
