namespace Orleans.Mmu.Traces.Lint;

/// <summary>Since when a CPU may hold a tree, and under which older values of MAIR.</summary>
internal sealed partial class LintedHolder
{
    // So that memory does not grow with the length of the trace.
    private const int MostMairs = 4096;

    private static readonly HashSet<ulong> NoMairs = [];

    private readonly Dictionary<HeldTree, HashSet<ulong>> _mairs = [];

    // Values that the CPU has written while SCTLR.M was 0, and under which it has made no entry of a tree.
    private readonly Dictionary<HeldTree, HashSet<ulong>> _unseenMairs = [];
    private readonly Dictionary<HeldTree, long> _heldSince = [];

    /// <summary>MAIR changes while the CPU may have a tree cached and does not walk it.</summary>
    /// <param name="isOff">
    /// SCTLR.M is 0. Otherwise a walk may still go on from a cached table descriptor, by the new value (R_SQBCS).
    /// </param>
    /// <exception cref="LintLimitException">MAIR has had more values than are kept.</exception>
    public void KeepMair(HeldTree tree, ulong before, ulong after, bool isOff)
    {
        if (!_mairs.TryGetValue(tree, out var known))
            _mairs[tree] = known = [];
        if (!_unseenMairs.TryGetValue(tree, out var unseen))
            _unseenMairs[tree] = unseen = [];
        if (!unseen.Contains(before))
            known.Add(before);
        if (known.Count > MostMairs || unseen.Count > MostMairs)
            throw new LintLimitException($"{MostMairs} values of MAIR under which a CPU may have a tree cached");
        if (isOff && !known.Contains(after))
            unseen.Add(after);
        else if (!isOff)
            unseen.Remove(after);
    }

    /// <summary>The CPU walks a tree under values of MAIR.</summary>
    public void SeeMairs(HeldTree tree, IEnumerable<ulong> values)
    {
        if (_unseenMairs.TryGetValue(tree, out var unseen))
            unseen.ExceptWith(values);
    }

    /// <summary>
    /// The CPU sets SCTLR.M under these values, so that walks may go on from cached table descriptors.
    /// </summary>
    public void SeeMairs(CasemateRegime regime, IReadOnlyList<ulong> values)
    {
        foreach (var (tree, unseen) in _unseenMairs)
        {
            if (_held.TryGetValue(tree, out var of) && of == regime)
                unseen.ExceptWith(values);
        }
    }

    /// <summary>Whether the CPU has made no entry, of those of these trees that it may hold, under a MAIR.</summary>
    public bool HasNotSeen(ulong mair, IReadOnlyList<ulong> roots)
    {
        bool holds = false;
        for (int i = 0; i < roots.Count; i++)
        {
            if (!_held.ContainsKey(roots[i]))
                continue;
            holds = true;
            if (_unseenMairs.GetValueOrDefault(roots[i])?.Contains(mair) != true)
                return false;
        }

        return holds;
    }

    /// <summary>Older values of MAIR under which the CPU may have a tree cached that it did not walk since.</summary>
    public IReadOnlySet<ulong> MairsOf(HeldTree tree) => _mairs.GetValueOrDefault(tree) ?? NoMairs;

    /// <summary>The number of the event since which the CPU may hold entries of a tree of one of these roots.</summary>
    public long HeldSince(IReadOnlyList<ulong> roots)
    {
        long since = long.MaxValue;
        for (int i = 0; i < roots.Count; i++)
        {
            if (_heldSince.TryGetValue(roots[i], out long at))
                since = Math.Min(since, at);
        }

        return since == long.MaxValue ? 0 : since;
    }
}
