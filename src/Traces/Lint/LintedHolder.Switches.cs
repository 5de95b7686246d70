namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// World switches with an ISB between the writes of TTBR and VTTBR_EL2. A CPU that writes VTTBR_EL2 is at EL2, where no
/// walk of EL1 begins (R_NRJPP). Where it has made no store since a write of TTBR that breaks a rule under the old
/// VMID, it has written both for the new one, unless what it does next says otherwise.
/// </summary>
internal sealed partial class LintedHolder
{
    private enum SwitchStage : byte
    {
        // An ISB has followed a write of TTBR that breaks a rule, and no store and no write of VTTBR_EL2.
        Led,

        // VTTBR_EL2 has another VMID since.
        Moved,

        // Behind an ISB, TTBR leads elsewhere: the VMID may have come with the tree before or with this one.
        Ambiguous,
    }

    // A tree that TTBR leads to, or has led to: its VMID at the ISB behind the write, and at the last ISB.
    private readonly record struct Switched(
        ulong Root, ushort Origin, bool OriginIsNew, ushort Last, bool LastIsNew, SwitchStage Stage);

    private readonly List<Switched> _switched = [];

    // The trees whose writes of TTBR break a rule, and have no ISB behind them.
    private readonly HashSet<ulong> _breaking = [];

    // Trees of EL1 that the CPU has not held before: TTBR leads to them, or has led to them before another write and an
    // ISB, and the CPU has made no store.
    private readonly HashSet<HeldTree> _newlyHeld = [];

    /// <summary>Whether an ISB has followed the last write of VTTBR_EL2 that has changed the VMID.</summary>
    public bool IsVmidCertain => _isVmidCertain;

    /// <summary>TTBR leads to a tree, which breaks a rule under the VMID.</summary>
    public void Doubt(ulong root) => _breaking.Add(root);

    // Whether it is not certain that entries of a tree have a VMID.
    private bool IsDoubtful(HeldTree tree, ushort vmid)
    {
        foreach (var known in _switched)
        {
            if (tree == known.Root && known.Stage != SwitchStage.Led
                && (known.Stage == SwitchStage.Ambiguous || vmid != _vmid)
                && ((known.OriginIsNew && vmid == known.Origin) || (known.LastIsNew && vmid == known.Last)))
                return true;
        }

        return false;
    }

    // An ISB: TTBR leads to the tree under the VMID.
    private void Settle(ulong root, bool isNew)
    {
        if (_vmid is not { } vmid)
            return;
        int at = _switched.FindIndex(s => s.Root == root && s.Stage != SwitchStage.Ambiguous);
        if (at < 0 && _isVmidCertain && _breaking.Contains(root))
            _switched.Add(new(root, vmid, isNew, vmid, isNew, SwitchStage.Led));
        if (at < 0 || _switched[at].Last == vmid)
            return;
        if (_switched[at].Last != _switched[at].Origin && _switched[at].LastIsNew)
            RemoveVmid(root, _switched[at].Last);
        _switched[at] = _switched[at] with { Last = vmid, LastIsNew = isNew };
    }

    // VTTBR_EL2 has another VMID: TTBR leads to its tree once more, and what another write has replaced before the ISB
    // was never walked.
    private void LeaveVmid(ushort vmid)
    {
        foreach (var tree in _newlyHeld.Where(tree => !_current.ContainsValue(tree.Root)).ToList())
            Drop(tree);
        for (int i = _switched.Count - 1; i >= 0; i--)
        {
            var known = _switched[i];
            if (known.Stage == SwitchStage.Ambiguous)
                KeepLast(known);
            if (known.Stage == SwitchStage.Ambiguous || !_current.ContainsValue(known.Root))
            {
                _switched.RemoveAt(i);
                continue;
            }

            _switched[i] = known with { Stage = vmid == known.Origin ? SwitchStage.Led : SwitchStage.Moved };
            _ledTo.Add(known.Root);
        }
    }

    // A register of EL1 is about to lead to another tree.
    private void Replace(CasemateRegister register, ulong next)
    {
        if (_vmid is null || !IsOfEl1(register) || (_current.TryGetValue(register, out ulong root) && root == next))
            return;
        ProveEarlier();
        if (_current.ContainsKey(register) && !_current.Any(c => c.Key != register && c.Value == root))
        {
            int at = _switched.FindIndex(s => s.Root == root);
            if (at < 0 && !_isVmidCertain && _newlyHeld.Remove(root))
                Drop(root);
            if (at >= 0)
            {
                _newlyHeld.Clear();
                var known = _switched[at];
                _switched.RemoveAt(at);
                if (known.Stage == SwitchStage.Moved && _isVmidCertain)
                    _switched.Add(known with { Stage = SwitchStage.Ambiguous });
                else
                    KeepLast(known);
            }
        }

        if (!_held.ContainsKey(next))
            _newlyHeld.Add(next);
    }

    // A store of the CPU: a guest runs with the tree that TTBR leads to.
    private void Prove()
    {
        _newlyHeld.Clear();
        if (_switched.Count == 0)
            return;
        ProveEarlier();
        foreach (var known in _switched)
            KeepLast(known);
        _switched.Clear();
    }

    // The guest has run with the tree that TTBR has led to since, so VTTBR_EL2 has come with that one.
    private void ProveEarlier()
    {
        for (int i = _switched.Count - 1; i >= 0; i--)
        {
            var known = _switched[i];
            if (known.Stage != SwitchStage.Ambiguous)
                continue;
            if (known.LastIsNew && known.Last != known.Origin)
                RemoveVmid(known.Root, known.Last);
            _switched.RemoveAt(i);
        }
    }

    private void KeepLast(in Switched known)
    {
        if (known.OriginIsNew && known.Origin != known.Last)
            RemoveVmid(known.Root, known.Origin);
    }

    private void RemoveVmid(HeldTree tree, ushort vmid)
    {
        if (!_vmids.TryGetValue(tree, out var vmids))
            return;
        vmids.Remove(vmid);
        _vmidsLeft.Remove((tree, vmid));
        _ids.GetValueOrDefault(tree)?.RemoveWhere(id => id.Vmid == vmid);
        if (vmids.Count > 0)
            return;
        _vmids.Remove(tree);
        _ids.Remove(tree);
    }
}
