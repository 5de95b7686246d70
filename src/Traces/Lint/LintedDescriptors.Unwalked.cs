using Orleans.Mmu.Arm.BreakBeforeMake;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// Changes of a tree of stage 1 while SCTLR.M is 0 on every CPU that may hold entries of it. No walk begins there, and
/// none goes on from a cached table descriptor, so no walk meets the new descriptor before a CPU sets M, and a TLBI
/// until then removes the old value. The change is judged when a CPU takes the tree up.
/// </summary>
internal sealed partial class LintedDescriptors
{
    private readonly Dictionary<LintedPage, SortedSet<int>> _unwalked = [];

    // Changes are put off, since no CPU can walk the tree.
    private bool _putsOff;

    // The CPU that takes a tree up; null while a store is judged.
    private int? _taker;

    /// <summary>A CPU that has not walked a tree, and may hold entries of it, takes it up.</summary>
    public void TakeUpUnwalked(int cpu, ulong root, BbmLevel level)
    {
        if (_unwalked.Count == 0)
            return;
        (_cpu, _taker) = (cpu, cpu);
        foreach (var (page, words) in _unwalked.ToList())
        {
            if (page.IsTable && !page.Roots.Contains(root))
                continue;
            foreach (int word in page.IsTable ? words : [])
            {
                if (!page.IsValid(page[word]))
                    continue;
                if (page.HasUncleanParent)
                    ReportUncleanParent(page, word);
                else
                    Judge(page, word, page[word], level);
            }

            // Another CPU that holds the tree may take it up later.
            if (!page.IsTable || holders.Of(page.Roots).All(holder => page.Roots.Any(r => holders[holder].Walks(r))))
                _unwalked.Remove(page);
        }

        _taker = null;
    }

    private bool IsUnwalked(LintedPage page) => holders.Of(page.Roots).All(cpu => IsOff(cpu, page.Regime));

    // Whether the judgement of a descriptor is put off.
    private bool PutsOff(LintedPage page, int word) => _putsOff && PutOff(page, word);

    private bool PutOff(LintedPage page, int word)
    {
        if (!_unwalked.TryGetValue(page, out var words))
            _unwalked[page] = words = [];
        words.Add(word);
        return true;
    }

    // The lowest level of the CPUs that may have an old value cached, once every walk reads the new one.
    private BbmLevel LevelBeside(StaleValue old, BbmLevel lowest) =>
        _taker is not null || old.Order != StoreOrder.All || !old.HasAsids || old.DroppedBy is not { } dropped ? lowest
        : holders.Of(old.Roots).Where(cpu => !dropped.Contains(cpu)).Select(LevelOfCpu).DefaultIfEmpty(lowest).Min();

    // Whether an old value meets a new one: a CPU may have it cached, or, of a CPU that takes the tree up, may still
    // read it.
    private bool Meets(StaleValue old) => _taker is { } cpu
        ? old.Order == StoreOrder.None || steps.IsCachedBy(old, cpu) : steps.MayBeCached(old);
}
