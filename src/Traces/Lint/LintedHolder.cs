using Orleans.Mmu.Arm.Barriers;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// The trees whose entries one CPU may hold: from the write of a register that points to the tree until another root
/// is in effect (ISB) and, after that, a TLBI for everything is complete. The ASIDs under which the CPU may hold the
/// non-global entries of a tree come and go in the same way.
/// </summary>
internal sealed class LintedHolder
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

    // Trees of stage 2 of whose VMID a TLBI has left nothing since VTTBR_EL2 led to them.
    private readonly HashSet<ulong> _emptied = [];

    // What a TLBI has dropped and no DSB of its issuer has completed: a tree, its entries of one ASID, or those of its
    // VMID, which a guest may bring back.
    private readonly List<(int Issuer, bool Broadcast, ulong Root, ushort? Asid, bool OfVmid)> _dropped = [];

    /// <summary>The roots of the trees that the CPU may hold, with their regimes.</summary>
    public IReadOnlyDictionary<ulong, CasemateRegime> Held => _held;

    /// <summary>Whether a TLBI has dropped something and no DSB has completed it.</summary>
    public bool Drops => _dropped.Count > 0;

    /// <summary>A register leads to a tree, which the CPU reads in a shape.</summary>
    public void Write(CasemateRegister register, ulong root, LintedHalf half)
    {
        _current[register] = root;
        _walked.Add(root);
        _held[root] = LintedRoots.RegimeOf(register);
        _through[(register, root)] = half;
        _emptied.Remove(root);
        _dropped.RemoveAll(d => d.Root == root && d.Asid is null);
    }

    /// <summary>
    /// The CPU reads its trees of a regime under an ASID. ASID 0 does not count, because traces write it where they do
    /// not record ASIDs.
    /// </summary>
    public void UseAsid(CasemateRegime regime, ushort asid)
    {
        _currentAsids[regime] = asid;
        if (asid == 0)
            return;
        _usedAsids.Add((regime, asid));
        foreach (var (current, root) in _current)
        {
            if (LintedRoots.RegimeOf(current) != regime)
                continue;
            if (!_asids.TryGetValue(root, out var known))
                _asids[root] = known = [];
            known.Add(asid);
            _dropped.RemoveAll(d => d.Root == root && d.Asid == asid);
        }
    }

    public void Isb()
    {
        _walked.Clear();
        _walked.UnionWith(_current.Values);
        _usedAsids.Clear();
        foreach (var (regime, asid) in _currentAsids)
            _usedAsids.Add((regime, asid));
    }

    /// <summary>
    /// EPDn is 1, or SCTLR.M is 0: after the next ISB, no walk begins at the register. What is cached stays.
    /// </summary>
    public void TurnOff(CasemateRegister register) => _current.Remove(register);

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

    /// <summary>A TLBI that reaches the CPU and names everything, or everything of one ASID.</summary>
    /// <param name="asid">The ASID that it names; null for every one.</param>
    /// <param name="ofVmid">The tree of stage 2 whose VMID it names; null for none.</param>
    public void Tlbi(int issuer, in LintedTlbi operation, ushort? asid, ulong? ofVmid)
    {
        foreach (var (root, regime) in _held)
        {
            if (regime == CasemateRegime.Stage2 && root == ofVmid)
                Add((issuer, operation.Broadcast, root, null, true));
            if (!Removes(operation, regime))
                continue;
            if (asid is null && !_walked.Contains(root))
                Add((issuer, operation.Broadcast, root, null, false));
            // A tree that the CPU walks on comes back under the ASIDs in use, and under no other.
            foreach (ushort known in _asids.GetValueOrDefault(root) ?? [])
            {
                bool comesBack = _usedAsids.Contains((regime, known)) && _walked.Contains(root);
                if (!comesBack && (asid is null || asid == known))
                    Add((issuer, operation.Broadcast, root, known, false));
            }
        }

        void Add((int, bool, ulong, ushort?, bool) dropped)
        {
            if (!_dropped.Contains(dropped))
                _dropped.Add(dropped);
        }
    }

    /// <summary>A DSB of a CPU completes the TLBIs that this CPU issued before it.</summary>
    public void Dsb(int issuer, DsbKind kind)
    {
        for (int i = _dropped.Count - 1; i >= 0; i--)
        {
            var dropped = _dropped[i];
            if (dropped.Issuer != issuer || !kind.Completes(dropped.Broadcast))
                continue;
            _dropped.RemoveAt(i);
            if (dropped.OfVmid)
                _emptied.Add(dropped.Root);
            else if (dropped.Asid is not { } asid)
                Drop(dropped.Root);
            else if (_asids.TryGetValue(dropped.Root, out var known))
                known.Remove(asid);
        }
    }

    /// <summary>The CPU can hold nothing of a tree any more.</summary>
    public void Drop(ulong root)
    {
        _held.Remove(root);
        _walked.Remove(root);
        _mairs.Remove(root);
        _asids.Remove(root);
        _emptied.Remove(root);
        foreach (var through in _through.Keys.Where(t => t.Root == root).ToList())
            _through.Remove(through);
    }

    /// <summary>The roots of the trees that the CPU may hold through a register.</summary>
    public IEnumerable<ulong> HeldThrough(CasemateRegister register) =>
        _through.Keys.Where(t => t.Register == register).Select(t => t.Root);

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
    public bool MayAnswerFor(ulong root) => _held.ContainsKey(root) && !_emptied.Contains(root);

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

    // A stage 2 tree that a CPU has left has another VMID than the current one.
    private static bool Removes(in LintedTlbi operation, CasemateRegime regime) =>
        operation.Reaches(regime) && (regime != CasemateRegime.Stage2 || operation.AllVmids);
}
