using Orleans.Mmu.Arm.BreakBeforeMake;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>The verdicts on a leaf beside the other members of its contiguous group.</summary>
internal sealed partial class LintedDescriptors
{
    // Answers whether a CPU may take a conflict abort; null where the group is a violation, which is reported.
    private bool? JudgeGroup(LintedPage page, int word, ulong value, BbmLevel level, bool fresh)
    {
        var difference = groups.Of(page, word, value, fresh, _meets ??= Meets, out var cached, _taker);
        if (!Breaks(difference, level, out bool mayAbort))
            return mayAbort;
        if (!PutsOff(page, word))
            ReportGroup(page, word, value, fresh, cached, LiveChangeReason.OfGroup(difference));
        return null;
    }

    private static bool Breaks(OverlapDifference difference, BbmLevel level, out bool mayAbort)
    {
        var verdict = BbmMatrix.Judge(level, difference, ntBlock: false);
        mayAbort = verdict.MayAbort;
        return verdict.NeedsBreak || (difference == OverlapDifference.Permission && level == BbmLevel.Level0);
    }

    // A CPU that takes the tree up after others may read a group by another MAIR than they do. What they read alike has
    // been judged for them.
    private void JudgeGroupFor(int cpu, LintedPage page, int word)
    {
        if (!Breaks(Of(cpu, out var cached), LevelOfCpu(cpu), out _)
            || holders.Awake(page.Roots).Any(o => o != cpu && Breaks(Of(o, out _), LevelOfCpu(o), out _)))
            return;
        _taker = cpu;
        ReportGroup(page, word, page[word], true, cached, LiveChangeReason.OfGroup(Of(cpu, out _)));
        _taker = null;

        OverlapDifference Of(int one, out StaleValue? old) => groups.Of(
            page, word, page[word], true, value => steps.IsCachedBy(value, one), out old, one);
    }

    private void ReportGroup(LintedPage page, int word, ulong value, bool fresh, StaleValue? cached, string why)
    {
        int? fails = Failing(
            page, cached,
            cpu => LiveChangeReason.OfGroup(
                groups.Of(page, word, value, fresh, old => steps.IsCachedBy(old, cpu), out _, cpu)) == why);
        found.Report(
            $"contiguous group: 0x{page.Address + (ulong)word * 8:x} becomes 0x{value:x}, and with the other members "
            + $"of its group that may be cached, {why}"
            + (cached is null ? "" : $"; a CPU may have {steps.WhyUnclean(cached, fails)} (R_DDMVT)"), page.RootAddress,
            fails, why, spot: LintSpot.OfGroup(page, word));
    }

    /// <summary>A page becomes part of a tree, or a CPU takes the tree up: its groups must agree.</summary>
    /// <param name="taker">The one CPU for which they are judged; null for all that may hold the tree.</param>
    public void CheckGroups(LintedPage page, int? taker = null)
    {
        if (page.GroupSize == 1)
            return;
        for (int word = 0; word < LintedPage.Words; word++)
            page.HasContiguous |= IsContiguous(page[word]);
        if (!page.HasContiguous || levelOf(page, _cpu) is not { } level)
            return;
        for (int word = 0; word < LintedPage.Words; word++)
        {
            if (!IsContiguous(page[word]))
                continue;
            _judged = (page, word);
            if (taker is { } cpu)
                JudgeGroupFor(cpu, page, word);
            else
                JudgeGroup(page, word, page[word], level, fresh: true);
        }

        bool IsContiguous(ulong entry) =>
            (entry & LintedGroups.ContiguousBit) != 0 && page.IsValid(entry) && page.TableOf(entry) is null;
    }
}
