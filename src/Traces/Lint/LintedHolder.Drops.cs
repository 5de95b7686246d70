namespace Orleans.Mmu.Traces.Lint;

/// <summary>How the trees that one CPU may hold, and the entries of one ASID or VMID, leave it.</summary>
internal sealed partial class LintedHolder
{
    // What a TLBI has dropped: a tree; its entries of one ASID, or of stage 1 under one VMID; or those of stage 2 of
    // its VMID, which a guest may bring back.
    private readonly record struct Dropped(
        int Issuer, bool Broadcast, bool NoXs, HeldTree Tree, ushort? Asid, ushort? Vmid, bool OfVmid);

    // What no DSB of its issuer has completed, with the event of the TLBI.
    private readonly Dictionary<Dropped, LintedEvent> _dropped = [];

    // Trees of stage 2 of whose VMID the CPU holds nothing since VTTBR_EL2 led to them.
    private readonly HashSet<HeldTree> _vmidsGone = [];

    /// <summary>Whether a TLBI has dropped something and no DSB has completed it.</summary>
    public bool Drops => _dropped.Count > 0;

    /// <summary>A TLBI that reaches the CPU and names everything, or everything of one ASID.</summary>
    /// <param name="asid">The ASID that it names; null for every one.</param>
    /// <param name="vmid">The VMID of entries of stage 1 that it names.</param>
    /// <param name="vmidOf">The tree of stage 2 whose VMID it names; null for none.</param>
    /// <param name="at">The event.</param>
    public void Tlbi(
        int issuer, in LintedTlbi operation, ushort? asid, TlbiVmid vmid, HeldTree? vmidOf, LintedEvent at)
    {
        var (broadcast, noXs) = (operation.Broadcast, operation.NoXs);
        foreach (var (tree, regime) in _held)
        {
            if (regime == CasemateRegime.Stage2 && tree == vmidOf)
                _dropped[By(tree, null, ofVmid: true)] = at;
            bool leaves = regime == CasemateRegime.El1 && LeavesVmids(tree, vmid);
            if (leaves && asid is null && vmid.Value is { } one && !(_vmid == one && _walked.Contains(tree))
                && Removes(operation, regime) && VmidsOf(tree).Contains(one))
                _dropped[By(tree, null, ofVmid: false) with { Vmid = one }] = at;
            bool removes = !leaves && Removes(operation, regime);
            if (_departures.TryGetValue(tree, out var left) && (!removes || asid is not null))
                left.Leaves(at, operation, regime, asid);
            if (!removes)
                continue;
            if (asid is null && !_walked.Contains(tree))
                _dropped[By(tree, null, ofVmid: false)] = at;
            // A tree that the CPU walks on comes back under the ASIDs in use, and under no other.
            foreach (ushort known in _asids.GetValueOrDefault(tree) ?? [])
            {
                bool comesBack = _usedAsids.Contains((regime, known)) && _walked.Contains(tree);
                if (!comesBack && (asid is null || asid == known))
                    _dropped[By(tree, known, ofVmid: false)] = at;
            }
        }

        Dropped By(HeldTree tree, ushort? asid, bool ofVmid) => new(issuer, broadcast, noXs, tree, asid, null, ofVmid);
    }

    /// <summary>A DSB of a CPU completes the TLBIs that this CPU issued before it.</summary>
    public void Dsb(int issuer, LintedDsb dsb)
    {
        foreach (var dropped in _dropped.Keys.ToList())
        {
            if (dropped.Issuer != issuer || !dsb.Completes(dropped.Broadcast, dropped.NoXs))
                continue;
            _dropped.Remove(dropped);
            if (dropped.OfVmid)
                _vmidsGone.Add(dropped.Tree);
            else if (dropped.Vmid is { } vmid)
                DropVmid(dropped.Tree, vmid);
            else if (dropped.Asid is not { } asid)
                Drop(dropped.Tree);
            else
                DropAsid(dropped.Tree, asid);
        }
    }

    /// <summary>The CPU can hold nothing of a tree any more.</summary>
    public void Drop(HeldTree tree)
    {
        _isSettled = false;
        _held.Remove(tree);
        _walked.Remove(tree);
        _mairs.Remove(tree);
        _unseenMairs.Remove(tree);
        _heldSince.Remove(tree);
        _shared.Remove(tree);
        foreach (ushort asid in _asids.GetValueOrDefault(tree) ?? [])
            _asidsSince.Remove((tree, asid));
        _asids.Remove(tree);
        _unnamed.Remove(tree);
        _vmidsGone.Remove(tree);
        ForgetVmids(tree);
        _newlyHeld.Remove(tree);
        _switched.RemoveAll(s => tree == s.Root);
        _departures.Remove(tree);
        foreach (var through in _through.Keys.Where(t => t.Tree == tree).ToList())
            _through.Remove(through);
    }

    /// <summary>The kernel frees a tree without ASIDs, to which no register leads. The CPU holds it on.</summary>
    /// <param name="released">The tree from now on.</param>
    public void Release(HeldTree released)
    {
        HeldTree root = released.Root;
        if (!_held.TryGetValue(root, out var regime))
            return;
        bool walks = _walked.Contains(root), isGone = _vmidsGone.Contains(root);
        var left = _departures.GetValueOrDefault(root);
        var through = _through.Where(t => t.Key.Tree == root).ToList();
        long since = _heldSince.GetValueOrDefault(root);
        Drop(root);
        _held[released] = regime;
        _heldSince[released] = since;
        if (walks)
            _walked.Add(released);
        if (isGone)
            _vmidsGone.Add(released);
        if (left is not null)
            _departures[released] = left;
        foreach (var ((register, _), half) in through)
            _through[(register, released)] = half;
        foreach (var (dropped, at) in _dropped.Where(d => d.Key.Tree == root).ToList())
        {
            _dropped.Remove(dropped);
            _dropped[dropped with { Tree = released }] = at;
        }
    }

    /// <summary>The event by which the last register left a tree; null while one leads to it.</summary>
    public LintedEvent? LeftAt(HeldTree tree) => _departures.GetValueOrDefault(tree)?.LeftAt;

    /// <summary>
    /// The first missing step before the CPU holds nothing of a tree, as a clause: "no ISB of CPU 0 has followed event
    /// 7, by which TTBR1_EL1 left it".
    /// </summary>
    public string MissingDrop(HeldTree tree)
    {
        foreach (var (dropped, at) in _dropped)
        {
            if (dropped.Tree == tree)
            {
                return $"no DSB {(dropped.Broadcast ? "ISH" : "NSH")} of CPU {dropped.Issuer} has completed the TLBI "
                    + $"of event {at}";
            }
        }

        if (_departures.TryGetValue(tree, out var left))
            return left.Missing(cpu, _held.GetValueOrDefault(tree));
        foreach (var (register, root) in _current)
        {
            if (tree == root)
                return $"{register.Name()} of CPU {cpu} has led to it until now";
        }

        return $"no TLBI for everything has reached CPU {cpu}";
    }

    // The tree, or its entries of an ASID, come back before a DSB has completed a TLBI.
    private void Keep(HeldTree tree, ushort? asid)
    {
        if (_dropped.Count == 0)
            return;
        foreach (var dropped in _dropped.Keys.Where(d => d.Tree == tree && d.Asid == asid).ToList())
            _dropped.Remove(dropped);
    }

    // A stage 2 tree that a CPU has left has another VMID than the current one.
    private static bool Removes(in LintedTlbi operation, CasemateRegime regime) =>
        operation.Reaches(regime) && (regime != CasemateRegime.Stage2 || operation.AllVmids);
}
