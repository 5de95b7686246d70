using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Arm.Geometry;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// Judges writes of descriptors: a value becomes valid only beside old values that a CPU may still have cached, and
/// beside members of its contiguous group, as the CPU's level allows (R_DDMVT, R_WHZWS, R_NGLXZ).
/// </summary>
/// <param name="levelOf">
/// The lowest level of the CPUs that may hold a page's trees; null where no CPU holds them.
/// </param>
internal sealed partial class LintedDescriptors(
    LintFindings found, LintedLocks locks, StaleIndex stale, StaleSteps steps, LintedLeaves leaves,
    LiveDescriptorChange changes, LintedGroups groups, StaleBlocks blocks, UnorderedStores unordered,
    UnlinkedTables unlinked, LintedHolders holders, Func<LintedPage, int, BbmLevel?> levelOf)
{
    private int _cpu;
    private Func<StaleValue, bool>? _meets;

    // The store of a table descriptor that links pages is a release; null while a register links them.
    private bool? _linkReleases;

    /// <summary>
    /// The number of live changes for which a CPU may take a conflict abort. Each old value that may be cached beside
    /// the new one counts.
    /// </summary>
    public long MayAbort { get; private set; }

    /// <summary>The tables; their pages are given to <see cref="Linked"/> when they are linked.</summary>
    public required LintedTrees Trees { get; init; }

    /// <summary>The level of a CPU.</summary>
    public required Func<int, BbmLevel> LevelOfCpu { get; init; }

    /// <summary>Whether SCTLR.M of a regime is 0 on a CPU, with an ISB.</summary>
    public required Func<int, CasemateRegime, bool> IsOff { get; init; }

    /// <summary>Whether it is on any CPU.</summary>
    public required Func<bool> HasOff { get; init; }

    /// <summary>A CPU is about to write a descriptor; the page still holds the old value.</summary>
    public void Write(int cpu, LintedPage page, int word, ulong value, bool release)
    {
        _cpu = cpu;
        ulong address = page.Address + (ulong)word * 8;
        ulong old = page[word];
        bool wasValid = page.IsValid(old);
        bool isValid = page.IsValid(value);
        locks.CheckWrite(page, address, cpu, release, wasValid || isValid);
        if (old == value || (!wasValid && !isValid))
            return;
        bool isAbandoned = IsAbandoned(page);
        _putsOff = HasOff() && IsUnwalked(page);
        if (isValid || page.HasUncleanParent)
            LeaveToSleepers(page, word);
        if (page.HasUncleanParent && !isAbandoned)
            ReportUncleanParent(page, word);
        else if (isValid)
            Judge(page, word, value, levelOf(page, _cpu));

        ulong? oldTable = wasValid ? page.TableOf(old) : null;
        ulong? newTable = isValid ? page.TableOf(value) : null;
        if (wasValid)
        {
            if (oldTable is { } left && left != newTable)
                Trees.MakeStale(left, address, page.Geometry);
            var replaced = stale.Add(page, word, old);
            if (replaced.Order == StoreOrder.All)
                unlinked.Forget(replaced);
            steps.Replace(cpu, replaced);
            if (HasOff() && page.HasUncleanParent && !isAbandoned)
                replaced.DroppedBy = CutOffFrom(page);
            if (isAbandoned && oldTable is { } gone && gone != newTable)
            {
                Leave(replaced, gone);
                Trees.Unlink(gone, address, page.Geometry);
            }
        }

        if (newTable is { } table && table != oldTable)
        {
            _linkReleases = release;
            JudgeLate(page, word, table, release);
            LinkTable(page, word, table);
            _linkReleases = null;
        }

        _putsOff = false;

        page.HasContiguous |= isValid && newTable is null && (value & LintedGroups.ContiguousBit) != 0;
        if (isValid && newTable is null)
            leaves.Add(page, value);
    }

    private void ReportUncleanParent(LintedPage page, int word)
    {
        if (PutsOff(page, word) || (HasOff() && steps.FirstAbove(page, Reaches) is null))
            return;
        int? fails = Failing(page, steps.FirstAbove(page, Reaches));
        found.Report(
            $"Wrote on a page with an unclean parent: 0x{page.Address + (ulong)word * 8:x} may still be walked: "
            + $"{steps.WhyTable(page, fails)} (R_RVJDB)", page.RootAddress, fails, spot: LintSpot.OfPage(page));
    }

    // Once no register of any CPU leads to a tree, with an ISB, and a TLBI for everything with its DSB has followed on
    // each CPU that has walked it, no walk begins at its root and none goes on from a cached table descriptor. Its
    // pages are memory like any other until a register leads to the tree again. A tree without ASIDs may be held after
    // its release.
    private bool IsAbandoned(LintedPage page) => page.HasAsids && !holders.HoldsAny(page.Roots);

    /// <summary>A page becomes part of a tree.</summary>
    public void Linked(LintedPage page)
    {
        leaves.Link(page);
        JudgeOrder(page);
        CheckGroups(page);
    }

    /// <summary>A page is about to leave its trees.</summary>
    public void Left(LintedPage page)
    {
        leaves.Leave(page);
        KeepLate(page);
        steps.Leave(page);
    }

    /// <summary>No CPU can have an old value of a descriptor cached any more.</summary>
    public void Clean(StaleValue value)
    {
        var page = value.Page;
        if (value.Table is { } table && value.Address - table >= value.Geometry.Granule.PageSize
            && !(page.IsTable && page.TableOf(page[value.Word]) == table))
            Trees.Unlink(table, value.Address, value.Geometry);
    }

    // The CPU that takes a tree up fails itself.
    private int? Failing(LintedPage page, StaleValue? old, Func<int, bool>? fails = null) =>
        _taker ?? holders.Failing(page.Roots, old, _cpu, LevelOfCpu, fails);

    private void LinkTable(LintedPage page, int word, ulong table)
    {
        ulong address = page.Address + (ulong)word * 8;
        CheckChildren(page, word, table);
        foreach (ulong root in page.Roots)
        {
            Trees.Link(
                table, address,
                new(root, page.Regime, page.HasAsids, page.Geometry, page.Level + 1, page.InputOf(word)));
        }
    }

    /// <summary>
    /// The first old value of an invalid descriptor in a table, or in one below it, that a CPU may have cached; null
    /// for none.
    /// </summary>
    public StaleValue? FirstUncleanIn(ulong table, TranslationGeometry geometry) =>
        FirstIn(table, geometry, steps.MayBeCached);

    private StaleValue? FirstIn(ulong table, TranslationGeometry geometry, Predicate<StaleValue> isCached) =>
        Trees.FirstUnclean(Trees.Known(table, geometry), (page, word) => Old(page, word).Find(isCached));
}
