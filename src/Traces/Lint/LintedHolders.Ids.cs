namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// The IDs that a CPU's entries of stage 1 of a tree may have; null where they have none, or any.
/// </summary>
internal readonly record struct EntryIds(int Cpu, ushort? Vmid, ushort? Asid);

/// <summary>The IDs under which CPUs may hold entries of a tree.</summary>
internal sealed partial class LintedHolders
{
    private static readonly ushort?[] Any = [null];

    /// <summary>
    /// The IDs under which the CPUs that a TLBI reaches may have cached entries of a tree. One may occur several times.
    /// </summary>
    /// <param name="byVmid">VMIDs count.</param>
    /// <param name="byAsid">ASIDs count.</param>
    /// <param name="old">What the entries hold.</param>
    public IEnumerable<EntryIds> IdsOf(
        ulong root, int issuer, bool broadcast, bool byVmid, bool byAsid, StaleValue old)
    {
        foreach (var holder in _cpus)
        {
            if (holder.Cpu != issuer && !broadcast)
                continue;
            if (!holder.Holds([root]))
                continue;
            foreach (ushort? vmid in byVmid ? holder.VmidsOf(root, old.StoredAt) : Any)
            {
                foreach (ushort? asid in byAsid ? holder.AsidsOf(root, old) : Any)
                    yield return new(holder.Cpu, vmid, asid);
            }
        }
    }
}

/// <content>The IDs of what an event has stored.</content>
internal sealed partial class LintedHolder
{
    private static readonly ushort?[] Unknown = [null];

    /// <summary>
    /// The VMIDs under which the CPU may have cached what an event has stored in a tree; one null where none is known.
    /// </summary>
    /// <param name="since">The number of the event.</param>
    public IEnumerable<ushort?> VmidsOf(HeldTree tree, long since) => !_vmids.TryGetValue(tree, out var known) ? Unknown
        : known.Where(vmid => !(_vmidsLeft.TryGetValue((tree, vmid), out long left) && left < since))
            .Select(vmid => (ushort?)vmid);

    /// <summary>
    /// The ASIDs under which the CPU may have cached an old value of a tree; one null where none is known.
    /// </summary>
    public IEnumerable<ushort?> AsidsOf(HeldTree tree, StaleValue old) => !_asids.TryGetValue(tree, out var known)
        ? Unknown : known.Where(asid => MayHave(tree, asid, old)).Select(asid => (ushort?)asid);
}
