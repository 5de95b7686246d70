namespace Orleans.Mmu.Traces.Lint;

/// <summary>How many bits the ASIDs have under which one CPU may hold trees.</summary>
internal sealed partial class LintedHolder
{
    /// <summary>
    /// The ASIDs of a regime turn out to have had 8 bits all along: the upper 8 are ignored.
    /// </summary>
    public void ShortenAsids(CasemateRegime regime)
    {
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

        foreach (var (dropped, at) in _dropped.Where(d => d.Key.Asid > byte.MaxValue).ToList())
        {
            if (_held.GetValueOrDefault(dropped.Tree) != regime)
                continue;
            _dropped.Remove(dropped);
            _dropped.TryAdd(dropped with { Asid = (byte)dropped.Asid!.Value }, at);
        }
    }
}
