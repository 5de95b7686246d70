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
        if (!_asids.TryGetValue(held, out var before) || !_asids.TryGetValue(read, out var after))
            return true;
        if (_vmid is not { } vmid || !VmidsOf(held).Contains(vmid) || !_ids.TryGetValue(held, out var ids))
            return HaveCommon(before, after);
        if (ids.Contains((vmid, 0)))
            return true;
        foreach (ushort asid in before)
        {
            if (ids.Contains((vmid, asid)) && after.Contains(asid) && IsRead(read, asid))
                return true;
        }

        return false;
    }

    private bool IsRead(HeldTree tree, ushort asid)
    {
        ushort current = _currentAsids.GetValueOrDefault(CasemateRegime.El1);
        return current == 0 || asid == current
            || (!_ledTo.Contains(tree.Root) && _usedAsids.Contains((CasemateRegime.El1, asid)));
    }

    private static bool HaveCommon(HashSet<ushort> some, HashSet<ushort> others)
    {
        foreach (ushort id in some)
        {
            if (others.Contains(id))
                return true;
        }

        return false;
    }

    // The CPU walks a tree of EL1 under its VMID.
    private void AddIds(HeldTree tree, bool isFirst)
    {
        if (_vmid is not { } vmid)
            return;
        if (!_ids.TryGetValue(tree, out var ids))
            _ids[tree] = ids = [];
        foreach (ushort asid in isFirst && _asids.TryGetValue(tree, out var known) ? known : NoIds)
            ids.Add((vmid, asid));
        foreach (var (regime, asid) in _usedAsids)
        {
            if (regime == CasemateRegime.El1)
                ids.Add((vmid, asid));
        }

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
