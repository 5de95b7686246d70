namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// A CPU whose SCTLR.M is 0, with an ISB: no walk begins there, and none goes on from a cached table descriptor, so its
/// TLB holds what it held before and gets nothing new until the CPU sets M again.
/// </summary>
internal sealed partial class LintedHolder
{
    // By regime, the number of the ISB.
    private readonly Dictionary<CasemateRegime, long> _offSince = [];

    // Trees that a register with CnP = 1 has led to: other CPUs may use their entries (R_QLGWZ).
    private readonly HashSet<HeldTree> _shared = [];

    /// <summary>Whether SCTLR.M of a regime is 0, with an ISB.</summary>
    public bool IsOff(CasemateRegime regime) => _offSince.Count > 0 && _offSince.ContainsKey(regime);

    /// <summary>An ISB has followed the write that clears SCTLR.M.</summary>
    /// <param name="at">The number of its event.</param>
    /// <returns>Whether it is the first.</returns>
    public bool TurnOff(CasemateRegime regime, long at) => _offSince.TryAdd(regime, at);

    /// <summary>The CPU sets SCTLR.M.</summary>
    /// <returns>Whether it was 0, with an ISB.</returns>
    public bool TurnOn(CasemateRegime regime) => _offSince.Remove(regime);

    /// <summary>A register with CnP = 1 leads to a tree.</summary>
    public void Share(HeldTree tree) => _shared.Add(tree);

    /// <summary>
    /// Whether the CPU may hold entries of a tree of one of these roots, and neither it nor another CPU may use them
    /// before it sets SCTLR.M.
    /// </summary>
    public bool Sleeps(IReadOnlyList<ulong> roots)
    {
        for (int i = 0; _offSince.Count > 0 && i < roots.Count; i++)
        {
            if (_held.TryGetValue(roots[i], out var regime))
                return IsOff(regime) && !Shares(roots);
        }

        return false;
    }

    /// <summary>
    /// Whether the CPU sleeps since before an event, so that it has read nothing that the event stored.
    /// </summary>
    public bool SleepsSince(IReadOnlyList<ulong> roots, CasemateRegime regime, long at) =>
        _offSince.Count > 0 && _offSince.TryGetValue(regime, out long since) && since < at && !Shares(roots);

    private bool Shares(IReadOnlyList<ulong> roots)
    {
        for (int i = 0; _shared.Count > 0 && i < roots.Count; i++)
        {
            if (_shared.Contains(roots[i]))
                return true;
        }

        return false;
    }
}
