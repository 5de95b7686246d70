namespace Orleans.Mmu.Traces.Lint;

/// <summary>Since when a CPU may hold a tree, and under which older values of MAIR.</summary>
internal sealed partial class LintedHolder
{
    private static readonly HashSet<ulong> NoMairs = [];

    private readonly Dictionary<HeldTree, HashSet<ulong>> _mairs = [];
    private readonly Dictionary<HeldTree, long> _heldSince = [];

    /// <summary>MAIR changes while the CPU may have a tree cached and does not walk it.</summary>
    public void KeepMair(HeldTree tree, ulong before)
    {
        if (!_mairs.TryGetValue(tree, out var known))
            _mairs[tree] = known = [];
        known.Add(before);
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
