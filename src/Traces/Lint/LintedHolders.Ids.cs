namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// The IDs that a CPU's entries of stage 1 of a tree may have; null where they have none, or any.
/// </summary>
internal readonly record struct EntryIds(int Cpu, ushort? Vmid, ushort? Asid);

/// <summary>The IDs under which CPUs may hold entries of a tree.</summary>
internal sealed partial class LintedHolders
{
    private readonly List<EntryIds> _ids = [];

    /// <summary>
    /// The IDs under which the CPUs that a TLBI reaches may have cached entries of a tree. The list is valid until the
    /// next call.
    /// </summary>
    /// <param name="byVmid">VMIDs count.</param>
    /// <param name="byAsid">ASIDs count.</param>
    /// <param name="old">What the entries hold.</param>
    public List<EntryIds> IdsOf(ulong root, int issuer, bool broadcast, bool byVmid, bool byAsid, StaleValue old)
    {
        _ids.Clear();
        foreach (var holder in _cpus)
        {
            if ((holder.Cpu == issuer || broadcast) && holder.Held.ContainsKey(root))
                holder.AddIdsOf(root, byVmid, byAsid, old, _ids);
        }

        return _ids;
    }
}

/// <content>The IDs of what an event has stored.</content>
internal sealed partial class LintedHolder
{
    /// <summary>
    /// Adds the IDs under which the CPU may have cached an old value of a tree; null stands for one that is not known.
    /// </summary>
    /// <param name="byVmid">VMIDs count.</param>
    /// <param name="byAsid">ASIDs count.</param>
    public void AddIdsOf(HeldTree tree, bool byVmid, bool byAsid, StaleValue old, List<EntryIds> found)
    {
        if (!byVmid || !_vmids.TryGetValue(tree, out var known))
        {
            AddAsidsOf(tree, null, byAsid, old, found);
            return;
        }

        foreach (ushort vmid in known)
        {
            if (!(_vmidsLeft.TryGetValue((tree, vmid), out long left) && left < old.StoredAt))
                AddAsidsOf(tree, vmid, byAsid, old, found);
        }
    }

    private void AddAsidsOf(HeldTree tree, ushort? vmid, bool byAsid, StaleValue old, List<EntryIds> found)
    {
        if (!byAsid || !_asids.TryGetValue(tree, out var known))
        {
            found.Add(new(cpu, vmid, null));
            return;
        }

        foreach (ushort asid in known)
        {
            if (MayHave(tree, asid, old))
                found.Add(new(cpu, vmid, asid));
        }
    }
}
