using Orleans.Mmu.Arm.BreakBeforeMake;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>The verdicts on a leaf beside the other members of its contiguous group.</summary>
internal sealed partial class LintedDescriptors
{
    // Answers whether a CPU may take a conflict abort; null where the group is a violation, which is reported.
    private bool? JudgeGroup(LintedPage page, int word, ulong value, BbmLevel level, bool fresh)
    {
        var difference = groups.Of(page, word, value, fresh, _meets ??= Meets, out var cached);
        var verdict = BbmMatrix.Judge(level, difference, ntBlock: false);
        bool permission = difference == OverlapDifference.Permission && level == BbmLevel.Level0;
        if (!verdict.NeedsBreak && !permission)
            return verdict.MayAbort;
        if (!PutsOff(page, word))
            ReportGroup(page, word, value, fresh, cached, LiveChangeReason.OfGroup(difference));
        return null;
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
    public void CheckGroups(LintedPage page)
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
            JudgeGroup(page, word, page[word], level, fresh: true);
        }

        bool IsContiguous(ulong entry) =>
            (entry & LintedGroups.ContiguousBit) != 0 && page.IsValid(entry) && page.TableOf(entry) is null;
    }
}
