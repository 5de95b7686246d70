namespace Orleans.Mmu.Traces.Lint;

/// <summary>What TLBIs have dropped on one CPU, and no DSB has completed.</summary>
internal sealed partial class LintedHolder
{
    // What a TLBI has dropped: a tree; its entries of one ASID, or of stage 1 under one VMID; or those of stage 2 of
    // its VMID, which a guest may bring back.
    private readonly record struct Dropped(
        int Issuer, bool Broadcast, bool NoXs, HeldTree Tree, ushort? Asid, ushort? Vmid, bool OfVmid);

    // What no DSB of its issuer has completed, with the event of the TLBI.
    private readonly Dictionary<Dropped, LintedEvent> _dropped = [];

    // The trees of all that is dropped, and perhaps of more.
    private readonly HashSet<HeldTree> _droppedTrees = [];
    private readonly List<Dropped> _completed = [];

    /// <summary>Whether a TLBI has dropped something and no DSB has completed it.</summary>
    public bool Drops => _dropped.Count > 0;

    private void Put(in Dropped dropped, LintedEvent at)
    {
        _dropped[dropped] = at;
        _droppedTrees.Add(dropped.Tree);
    }

    // The tree, or its entries of an ASID, come back before a DSB has completed a TLBI.
    private void Keep(HeldTree tree, ushort? asid)
    {
        if (_dropped.Count > 0 && _droppedTrees.Contains(tree))
            KeepDropped(tree, asid);
    }

    private void KeepDropped(HeldTree tree, ushort? asid)
    {
        foreach (var dropped in _dropped.Keys.Where(d => d.Tree == tree && d.Asid == asid).ToList())
            _dropped.Remove(dropped);
    }
}
