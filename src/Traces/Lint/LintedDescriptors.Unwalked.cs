using Orleans.Mmu.Arm.BreakBeforeMake;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// Changes of a tree of stage 1 while SCTLR.M is 0 on every CPU that may hold entries of it. No walk begins there, and
/// none goes on from a cached table descriptor, so no walk meets the new descriptor before a CPU sets M, and a TLBI
/// until then removes the old value. The change is judged when a CPU takes the tree up. An old value that only such
/// CPUs may have cached is put off likewise, while other CPUs walk the tree.
/// </summary>
internal sealed partial class LintedDescriptors
{
    // The words of each page, and whether an old value led to the page when they were stored.
    private readonly Dictionary<LintedPage, SortedDictionary<int, bool>> _unwalked = [];

    // Changes are put off, since no CPU can walk the tree.
    private bool _putsOff;

    // The CPU that takes a tree up; null while a store is judged.
    private int? _taker;

    // The descriptor that is judged.
    private (LintedPage Page, int Word) _judged;

    /// <summary>A CPU that has not walked a tree, and may hold entries of it, takes it up.</summary>
    public void TakeUpUnwalked(int cpu, ulong root, BbmLevel level)
    {
        if (_unwalked.Count + _moved.Count + _unclean.Count == 0)
            return;
        (_cpu, _taker) = (cpu, cpu);
        TakeUpMoved(cpu, root);
        foreach (var (page, words) in _unwalked.ToList())
        {
            if (page.IsTable && !page.Roots.Contains(root))
                continue;
            foreach (var (word, wasUnclean) in page.IsTable ? words : [])
            {
                if (!page.IsValid(page[word]))
                    continue;
                if (wasUnclean && page.HasUncleanParent)
                    ReportUncleanParent(page, word);
                else
                    Judge(page, word, page[word], level);
            }
        }

        _taker = null;
    }

    /// <summary>A CPU has set SCTLR.M. What no other CPU will take up later is not kept.</summary>
    public void ForgetUnwalked()
    {
        foreach (var page in _unwalked.Keys.ToList())
        {
            if (!page.IsTable || holders.Of(page.Roots).All(holder => page.Roots.Any(r => holders[holder].Walks(r))))
                _unwalked.Remove(page);
        }
    }

    private bool IsUnwalked(LintedPage page) => holders.Of(page.Roots).All(cpu => IsOff(cpu, page.Regime));

    // CPUs that sleep judge what is stored when they set SCTLR.M, whatever other CPUs say of it.
    private void LeaveToSleepers(LintedPage page, int word)
    {
        if (HasOff() && (_putsOff || holders.HasSleeper(page.Roots)))
            PutOff(page, word);
    }

    // Whether the judgement of a descriptor is put off.
    private bool PutsOff(LintedPage page, int word) => _putsOff && PutOff(page, word);

    private bool PutOff(LintedPage page, int word)
    {
        if (!_unwalked.TryGetValue(page, out var words))
            _unwalked[page] = words = [];
        words[word] = page.HasUncleanParent;
        return true;
    }

    // The lowest level of the CPUs that may have an old value cached, once every walk reads the new one.
    private BbmLevel LevelBeside(StaleValue old, BbmLevel lowest) =>
        _taker is not null || old.Order != StoreOrder.All || !old.HasAsids || old.DroppedBy is not { } dropped ? lowest
        : holders.LowestAwake(old.Roots, dropped, LevelOfCpu) ?? lowest;

    // Whether an old value meets the descriptor that is judged: a CPU may have it cached, or, of a CPU that takes the
    // tree up, may still read it.
    private bool Meets(StaleValue old) => _taker is { } cpu
        ? IsMet(old, cpu)
        : steps.MayBeCached(old) && !(IsAsleep(old) && PutOff(_judged.Page, _judged.Word));

    // The old values of a descriptor that may meet the one that is judged.
    private List<StaleValue> Old(LintedPage page, int word) =>
        _taker is null ? stale.NotKept(page, word) : stale.Of(page, word);

    // Whether a walk of a CPU may read an old value, or the CPU may have it cached.
    private bool IsMet(StaleValue old, int cpu) => old.IsReadableBy(cpu) || steps.IsCachedBy(old, cpu);

    // The CPUs that may hold the trees of a removed table and have nothing that leads to it. Null for none.
    private HashSet<int>? CutOffFrom(LintedPage page)
    {
        HashSet<int> cpus = [.. holders.Of(page.Roots).Where(
            cpu => steps.FirstAbove(page, old => IsMet(old, cpu)) is null)];
        return cpus.Count > 0 ? cpus : null;
    }

    // Whether an old value of a descriptor above may lead a CPU to a table: one that walks now, or the one that takes
    // the tree up.
    private bool Reaches(StaleValue old) => _taker is null ? !IsAsleep(old) : Meets(old);

    // Whether every CPU that may have the old value cached sleeps, and every walk of other CPUs reads the new one.
    private bool IsAsleep(StaleValue old)
    {
        if (!HasOff() || old.Order == StoreOrder.None || !holders.HoldsAny(old.Roots))
            return false;
        foreach (int cpu in holders.Awake(old.Roots))
        {
            if ((old.Order == StoreOrder.Own && old.Writer != cpu) || steps.IsCachedBy(old, cpu))
                return false;
        }

        return true;
    }
}
