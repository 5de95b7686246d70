namespace Orleans.Mmu.Traces.Lint;

/// <summary>How many bits the ASIDs of a CPU have, and when it has used each.</summary>
internal sealed partial class LintedHolder
{
    // From the write that begins to use an ASID to the ISB that ends it. Between, walks may go on from table entries of
    // the ASID that are cached, also of trees that no register leads to (R_SQBCS).
    private readonly record struct AsidUse(long Since, long Until, long EarlierUntil);

    private readonly Dictionary<(CasemateRegime Regime, ushort Asid), AsidUse> _uses = [];

    // Since when the CPU may hold entries of a tree that have an ASID.
    private readonly Dictionary<(HeldTree Tree, ushort Asid), long> _asidsSince = [];

    // Trees that the CPU has walked under an ASID that is not recorded.
    private readonly HashSet<HeldTree> _unnamed = [];

    /// <summary>
    /// The ASIDs of a regime turn out to have had 8 bits all along: the upper 8 are ignored.
    /// </summary>
    public void ShortenAsids(CasemateRegime regime)
    {
        _isSettled = false;
        foreach (var (used, asid) in _uses.Keys.Where(u => u.Regime == regime).ToList())
            _uses[(used, (byte)asid)] = new(0, long.MaxValue, long.MaxValue);
        _asidsSince.Clear();
        if (_currentAsids.TryGetValue(regime, out ushort current))
            _currentAsids[regime] = (byte)current;
        foreach (var used in _usedAsids.Where(u => u.Regime == regime).ToList())
        {
            _usedAsids.Remove(used);
            _usedAsids.Add((regime, (byte)used.Asid));
        }

        foreach (var (tree, asids) in _asids)
        {
            if (_held.GetValueOrDefault(tree) != regime)
                continue;
            foreach (ushort asid in asids.Where(a => a > byte.MaxValue).ToList())
            {
                asids.Remove(asid);
                if ((byte)asid != 0)
                    asids.Add((byte)asid);
            }
        }

        if (regime == CasemateRegime.El1)
            ShortenIds();
        foreach (var (dropped, at) in _dropped.Where(d => d.Key.Asid > byte.MaxValue).ToList())
        {
            if (_held.GetValueOrDefault(dropped.Tree) != regime)
                continue;
            _dropped.Remove(dropped);
            _dropped.TryAdd(dropped with { Asid = (byte)dropped.Asid!.Value }, at);
        }
    }

    /// <summary>
    /// Whether the CPU may have cached an old value under one of the IDs that its entries have: leaves that are not
    /// global, and table descriptors, have an ASID (R_CHVGJ).
    /// </summary>
    public bool HasIdOf(StaleValue old)
    {
        if (!old.HasAsids || (old.Table is null && LintedLeaves.IsGlobal(old.Value)))
            return true;
        foreach (ulong root in old.Roots)
        {
            if (!_held.ContainsKey(root))
                continue;
            // Other CPUs may have made what a CPU with CnP = 1 uses.
            if (!_asids.TryGetValue(root, out var known) || _unnamed.Contains(root) || _shared.Contains(root))
                return true;
            foreach (ushort asid in known)
            {
                if (MayHave(root, asid, old))
                    return true;
            }
        }

        return false;
    }

    // Whether a walk under an ASID may have read an old value: it was stored before the ASID was used for the last
    // time, and no DSB for every CPU followed the store that replaced it before the ASID, or the tree under it, came
    // into use.
    private bool MayHave(HeldTree tree, ushort asid, StaleValue old)
    {
        if (old.ReadableUntil < _asidsSince.GetValueOrDefault((tree, asid)))
            return false;
        if (!_uses.TryGetValue((old.Regime, asid), out var use))
            return true;
        bool isLast = old.StoredAt <= use.Until && old.ReadableUntil >= use.Since;
        return (isLast && !IsNamedBehind(use.Until, asid, old))
            || (old.StoredAt <= use.EarlierUntil && !IsNamedBehind(use.EarlierUntil, asid, old));
    }

    private void BeginUse(CasemateRegime regime, ushort asid, LintedEvent at)
    {
        if (!_uses.TryGetValue((regime, asid), out var use))
            _uses[(regime, asid)] = new(at.At, long.MaxValue, -1);
        else if (use.Until != long.MaxValue)
            _uses[(regime, asid)] = new(at.At, long.MaxValue, use.Until);
    }

    // An ISB ends walks under an ASID (I_RBMTM).
    private void EndUses(LintedEvent at)
    {
        foreach (var (regime, asid) in _usedAsids)
        {
            if (_currentAsids[regime] != asid && _uses.TryGetValue((regime, asid), out var use))
                _uses[(regime, asid)] = use with { Until = at.At };
        }
    }

    // TLBIs have removed the entries of a tree that have an ASID. A CPU that does not walk the tree, and has entries of
    // no ASID, has none left where no leaf is global.
    private void DropAsid(HeldTree tree, ushort asid)
    {
        if (!_asids.TryGetValue(tree, out var known))
            return;
        known.Remove(asid);
        _asidsSince.Remove((tree, asid));
        if (known.Count == 0 && !_walked.Contains(tree) && !_unnamed.Contains(tree) && !hasGlobal(tree.Root))
            Drop(tree);
    }
}
