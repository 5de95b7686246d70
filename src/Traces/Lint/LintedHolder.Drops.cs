namespace Orleans.Mmu.Traces.Lint;

/// <summary>How the trees that one CPU may hold, and the entries of one ASID or VMID, leave it.</summary>
internal sealed partial class LintedHolder
{
    // Trees of stage 2 of whose VMID the CPU holds nothing since VTTBR_EL2 led to them.
    private readonly HashSet<HeldTree> _vmidsGone = [];

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
                Put(By(tree, null, ofVmid: true), at);
            bool leaves = regime == CasemateRegime.El1 && LeavesVmids(tree, vmid);
            if (leaves && asid is null && vmid.Value is { } one && !(_vmid == one && _walked.Contains(tree))
                && Removes(operation, regime) && VmidsOf(tree).Contains(one))
                Put(By(tree, null, ofVmid: false) with { Vmid = one }, at);
            bool removes = !leaves && Removes(operation, regime);
            if (_departures.TryGetValue(tree, out var left) && (!removes || asid is not null))
                left.Leaves(at, operation, regime, asid);
            if (!removes)
                continue;
            if (asid is null && !_walked.Contains(tree))
                Put(By(tree, null, ofVmid: false), at);
            var asids = _asids.GetValueOrDefault(tree) ?? NoIds;
            if (asid is { } named)
            {
                if (asids.Contains(named))
                    DropAsid(tree, regime, named);
                continue;
            }

            foreach (ushort known in asids)
                DropAsid(tree, regime, known);
        }

        // A tree that the CPU walks on comes back under the ASIDs in use, and under no other.
        void DropAsid(HeldTree tree, CasemateRegime regime, ushort known)
        {
            if (!(_usedAsids.Contains((regime, known)) && _walked.Contains(tree)))
                Put(By(tree, known, ofVmid: false), at);
        }

        Dropped By(HeldTree tree, ushort? asid, bool ofVmid) => new(issuer, broadcast, noXs, tree, asid, null, ofVmid);
    }

    /// <summary>A DSB of a CPU completes the TLBIs that this CPU issued before it.</summary>
    public void Dsb(int issuer, LintedDsb dsb)
    {
        if (_dropped.Count == 0)
            return;
        _completed.Clear();
        foreach (var dropped in _dropped.Keys)
        {
            if (dropped.Issuer == issuer && dsb.Completes(dropped.Broadcast, dropped.NoXs))
                _completed.Add(dropped);
        }

        foreach (var dropped in _completed)
        {
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

        if (_dropped.Count == 0)
            _droppedTrees.Clear();
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
        foreach (ushort asid in _asids.GetValueOrDefault(tree) ?? NoIds)
            _asidsSince.Remove((tree, asid));
        _asids.Remove(tree);
        _unnamed.Remove(tree);
        _vmidsGone.Remove(tree);
        ForgetVmids(tree);
        _newlyHeld.Remove(tree);
        _switched.RemoveAll(s => tree == s.Root);
        _departures.Remove(tree);
        foreach (var register in RegistersOf(tree))
            _through.Remove((register, tree));
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
            ReadThrough(register, released, half);
        foreach (var (dropped, at) in _dropped.Where(d => d.Key.Tree == root).ToList())
        {
            _dropped.Remove(dropped);
            Put(dropped with { Tree = released }, at);
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

    // A stage 2 tree that a CPU has left has another VMID than the current one.
    private static bool Removes(in LintedTlbi operation, CasemateRegime regime) =>
        operation.Reaches(regime) && (regime != CasemateRegime.Stage2 || operation.AllVmids);
}
