namespace Orleans.Mmu.Traces.Lint;

/// <summary>How many bits the ASIDs of a CPU have, and when it has walked a tree under one for the last time.</summary>
internal sealed partial class LintedHolder
{
    // Trees that the CPU walks under an ASID no more, with the number of the ISB.
    private readonly Dictionary<(HeldTree Tree, ushort Asid), long> _asidsLeft = [];

    // All others, so that an ISB costs what it ends and not what has ended before.
    private readonly HashSet<(HeldTree Tree, ushort Asid)> _asidsOpen = [];
    private readonly HashSet<HeldTree> _walkedBefore = [];

    private const int LeastTrimmed = 64;

    /// <summary>
    /// The ASIDs of a regime turn out to have had 8 bits all along: the upper 8 are ignored.
    /// </summary>
    public void ShortenAsids(CasemateRegime regime)
    {
        _isSettled = false;
        _asidsLeft.Clear();
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

        foreach (var (tree, asids) in _asids)
        {
            foreach (ushort asid in asids)
                _asidsOpen.Add((tree, asid));
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
    /// Whether the CPU has walked a tree under an ASID for the last time before an event, so that what the event has
    /// stored is in no entry of that ASID.
    /// </summary>
    public bool HasLeft(HeldTree tree, ushort asid, long at) =>
        _asidsLeft.TryGetValue((tree, asid), out long left) && left < at;

    // The CPU walks a tree under an ASID.
    private void OpenAsid(HeldTree tree, ushort asid)
    {
        _asidsLeft.Remove((tree, asid));
        _asidsOpen.Add((tree, asid));
    }

    // A register leads to a tree, which the CPU walks under every ASID in use.
    private void OpenAsids(HeldTree tree)
    {
        if (!_asids.TryGetValue(tree, out var known))
            return;
        // One of the two is small, unless a CPU writes many ASIDs without an ISB.
        if (known.Count < _usedAsids.Count)
        {
            foreach (ushort asid in known)
            {
                if (_usedAsids.Contains((CasemateRegime.El1, asid)) || _usedAsids.Contains((CasemateRegime.El2, asid)))
                    OpenAsid(tree, asid);
            }

            return;
        }

        foreach (var (_, asid) in _usedAsids)
        {
            if (known.Contains(asid))
                OpenAsid(tree, asid);
        }
    }

    private void ForgetAsids(HeldTree tree)
    {
        foreach (ushort asid in _asids.GetValueOrDefault(tree) ?? NoIds)
        {
            _asidsLeft.Remove((tree, asid));
            _asidsOpen.Remove((tree, asid));
        }

        _asids.Remove(tree);
    }

    // An ISB ends walks of trees, and of ASIDs (I_RBMTM).
    private void LeaveAsids(LintedEvent at)
    {
        foreach (var open in _asidsOpen)
        {
            var (tree, asid) = open;
            bool isKnown = _asids.TryGetValue(tree, out var known) && known.Contains(asid);
            if (isKnown && (!_walkedBefore.Contains(tree)
                || (_walked.Contains(tree) && _usedAsids.Contains((_held.GetValueOrDefault(tree), asid)))))
                continue;
            _asidsOpen.Remove(open);
            if (isKnown)
                _asidsLeft.TryAdd(open, at.At);
        }

        Trim(_asidsOpen);
    }

    // To read a set costs what it has held at most.
    private static void Trim<T>(HashSet<T> set)
    {
        if (set.Capacity > LeastTrimmed && set.Count < set.Capacity / 4)
            set.TrimExcess();
    }
}
