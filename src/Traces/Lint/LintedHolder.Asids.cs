namespace Orleans.Mmu.Traces.Lint;

/// <summary>How many bits the ASIDs of a CPU have, and when it has walked a tree under one for the last time.</summary>
internal sealed partial class LintedHolder
{
    // Trees that the CPU walks under an ASID no more, with the number of the ISB.
    private readonly Dictionary<(HeldTree Tree, ushort Asid), long> _asidsLeft = [];

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

    // An ISB ends walks of trees, and of ASIDs (I_RBMTM).
    private void LeaveAsids(HeldTree[] before, LintedEvent at)
    {
        foreach (var tree in before)
        {
            var regime = _held.GetValueOrDefault(tree);
            foreach (ushort asid in _asids[tree])
            {
                if (!(_walked.Contains(tree) && _usedAsids.Contains((regime, asid))))
                    _asidsLeft.TryAdd((tree, asid), at.At);
            }
        }
    }
}
