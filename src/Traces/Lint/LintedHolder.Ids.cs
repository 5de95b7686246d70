namespace Orleans.Mmu.Traces.Lint;

/// <summary>Which ASIDs of a tree belong to which VMID: ASID 1 of two VMIDs are two contexts (R_NWYRD).</summary>
internal sealed partial class LintedHolder
{
    // ASID 0 stands for one that is not recorded. Trees that the CPU has walked before it wrote VTTBR_EL2 have none.
    private readonly Dictionary<HeldTree, HashSet<(ushort Vmid, ushort Asid)>> _ids = [];

    /// <summary>
    /// Whether entries of a tree that the CPU may hold answer for an ASID under which it reads another tree now.
    /// </summary>
    public bool Answers(HeldTree held, HeldTree read)
    {
        if (AsidsOf(held) is not { } before || AsidsOf(read) is not { } after)
            return true;
        if (_vmid is not { } vmid || !VmidsOf(held).Contains(vmid) || !_ids.TryGetValue(held, out var ids))
            return before.Overlaps(after);
        ushort current = _currentAsids.GetValueOrDefault(CasemateRegime.El1);
        bool IsRead(ushort asid) => current == 0 || asid == current
            || (!_ledTo.Contains(read.Root) && _usedAsids.Contains((CasemateRegime.El1, asid)));
        return ids.Contains((vmid, 0))
            || before.Any(asid => ids.Contains((vmid, asid)) && after.Contains(asid) && IsRead(asid));
    }

    // The CPU walks a tree of EL1 under its VMID.
    private void AddIds(HeldTree tree, bool isFirst)
    {
        if (_vmid is not { } vmid)
            return;
        if (!_ids.TryGetValue(tree, out var ids))
            _ids[tree] = ids = [];
        if (isFirst)
            ids.UnionWith((AsidsOf(tree) ?? NoVmids).Select(asid => (vmid, asid)));
        ids.UnionWith(_usedAsids.Where(used => used.Regime == CasemateRegime.El1).Select(used => (vmid, used.Asid)));
        if (_currentAsids.GetValueOrDefault(CasemateRegime.El1) == 0)
            ids.Add((vmid, 0));
    }

    // It walks a tree on under another ASID. What a register leads to since the last ISB waits for the next.
    private void AddIds(ulong root)
    {
        if (_isVmidCertain && _vmids.ContainsKey(root) && !_ledTo.Contains(root))
            AddIds(root, isFirst: false);
    }

    private void ShortenIds()
    {
        foreach (var (tree, ids) in _ids.ToList())
            _ids[tree] = [.. ids.Select(id => (id.Vmid, (ushort)(byte)id.Asid))];
    }
}
