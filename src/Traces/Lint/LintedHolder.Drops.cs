using Orleans.Mmu.Arm.Barriers;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>How the trees that one CPU may hold, and the entries of one ASID or VMID, leave it.</summary>
internal sealed partial class LintedHolder
{
    // What a TLBI has dropped: a tree; its entries of one ASID; or those of its VMID, which a guest may bring back.
    private readonly record struct Dropped(int Issuer, bool Broadcast, ulong Root, ushort? Asid, bool OfVmid);

    // What no DSB of its issuer has completed, with the event of the TLBI.
    private readonly Dictionary<Dropped, ulong> _dropped = [];

    // Trees of stage 2 of whose VMID the CPU holds nothing since VTTBR_EL2 led to them.
    private readonly HashSet<ulong> _vmidsGone = [];

    /// <summary>Whether a TLBI has dropped something and no DSB has completed it.</summary>
    public bool Drops => _dropped.Count > 0;

    /// <summary>A TLBI that reaches the CPU and names everything, or everything of one ASID.</summary>
    /// <param name="asid">The ASID that it names; null for every one.</param>
    /// <param name="vmidOf">The tree of stage 2 whose VMID it names; null for none.</param>
    /// <param name="at">The event.</param>
    public void Tlbi(int issuer, in LintedTlbi operation, ushort? asid, ulong? vmidOf, ulong at)
    {
        foreach (var (root, regime) in _held)
        {
            if (regime == CasemateRegime.Stage2 && root == vmidOf)
                _dropped[new(issuer, operation.Broadcast, root, null, true)] = at;
            bool removes = Removes(operation, regime);
            if (_departures.TryGetValue(root, out var left) && (!removes || asid is not null))
                left.Leaves(at, operation, regime, asid);
            if (!removes)
                continue;
            if (asid is null && !_walked.Contains(root))
                _dropped[new(issuer, operation.Broadcast, root, null, false)] = at;
            // A tree that the CPU walks on comes back under the ASIDs in use, and under no other.
            foreach (ushort known in _asids.GetValueOrDefault(root) ?? [])
            {
                bool comesBack = _usedAsids.Contains((regime, known)) && _walked.Contains(root);
                if (!comesBack && (asid is null || asid == known))
                    _dropped[new(issuer, operation.Broadcast, root, known, false)] = at;
            }
        }
    }

    /// <summary>A DSB of a CPU completes the TLBIs that this CPU issued before it.</summary>
    public void Dsb(int issuer, DsbKind kind)
    {
        foreach (var dropped in _dropped.Keys.ToList())
        {
            if (dropped.Issuer != issuer || !kind.Completes(dropped.Broadcast))
                continue;
            _dropped.Remove(dropped);
            if (dropped.OfVmid)
                _vmidsGone.Add(dropped.Root);
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
        _vmidsGone.Remove(root);
        _departures.Remove(root);
        foreach (var through in _through.Keys.Where(t => t.Root == root).ToList())
            _through.Remove(through);
    }

    /// <summary>The kernel frees a tree without ASIDs, to which no register leads. The CPU holds it on.</summary>
    /// <param name="name">What the tree is called from now on.</param>
    public void Rename(ulong root, ulong name)
    {
        if (!_held.TryGetValue(root, out var regime))
            return;
        bool walks = _walked.Contains(root), isGone = _vmidsGone.Contains(root);
        var left = _departures.GetValueOrDefault(root);
        var through = _through.Where(t => t.Key.Root == root).ToList();
        Drop(root);
        _held[name] = regime;
        if (walks)
            _walked.Add(name);
        if (isGone)
            _vmidsGone.Add(name);
        if (left is not null)
            _departures[name] = left;
        foreach (var ((register, _), half) in through)
            _through[(register, name)] = half;
        foreach (var (dropped, at) in _dropped.Where(d => d.Key.Root == root).ToList())
        {
            _dropped.Remove(dropped);
            _dropped[dropped with { Root = name }] = at;
        }
    }

    /// <summary>The event by which the last register left a tree; null while one leads to it.</summary>
    public ulong? LeftAt(ulong root) => _departures.GetValueOrDefault(root)?.LeftAt;

    /// <summary>
    /// The first missing step before the CPU holds nothing of a tree, as a clause: "no ISB of CPU 0 has followed event
    /// 7, by which TTBR1_EL1 left it".
    /// </summary>
    public string MissingDrop(ulong root)
    {
        foreach (var (dropped, at) in _dropped)
        {
            if (dropped.Root == root)
            {
                return $"no DSB {(dropped.Broadcast ? "ISH" : "NSH")} of CPU {dropped.Issuer} has completed the TLBI "
                    + $"of event {at}";
            }
        }

        return _departures.TryGetValue(root, out var left) ? left.Missing(cpu, _held.GetValueOrDefault(root))
            : _current.FirstOrDefault(c => c.Value == root) is { Value: not 0 } current
                ? $"{current.Key.Name()} of CPU {cpu} has led to it until now"
            : $"no TLBI for everything has reached CPU {cpu}";
    }

    // The tree, or its entries of an ASID, come back before a DSB has completed a TLBI.
    private void Keep(ulong root, ushort? asid)
    {
        if (_dropped.Count == 0)
            return;
        foreach (var dropped in _dropped.Keys.Where(d => d.Root == root && d.Asid == asid).ToList())
            _dropped.Remove(dropped);
    }

    // A stage 2 tree that a CPU has left has another VMID than the current one.
    private static bool Removes(in LintedTlbi operation, CasemateRegime regime) =>
        operation.Reaches(regime) && (regime != CasemateRegime.Stage2 || operation.AllVmids);
}
