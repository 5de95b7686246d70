using Orleans.Mmu.Arm.BreakBeforeMake;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>The verdicts on what a CPU may still read that takes a tree up.</summary>
internal sealed partial class LintedDescriptors
{
    /// <summary>
    /// A CPU takes up a tree of which it holds nothing. Its walks may still read the old value of a store that no DSB
    /// has followed, so such a change of a live descriptor is one that this CPU sees.
    /// </summary>
    public void TakeUp(int cpu, ulong root, BbmLevel level)
    {
        foreach (var old in stale.OfTree(root))
        {
            var page = old.Page;
            if (!old.IsReadableBy(cpu)
                || !page.IsTable || page.Level != old.Level || page.InputOf(old.Word) != old.Input)
                continue;
            if (old.Table is not null && JudgeUnlinked(cpu, root, old))
                return;
            ulong value = page[old.Word];
            if (!page.IsValid(value))
            {
                if (JudgeEarlier(cpu, root, old, level))
                    return;
                continue;
            }

            var verdict = changes.Judge(page, old.Value, value, level, ReadTime.Of(old, page, old.Word));
            if (verdict.Reason is { } reason)
            {
                found.Report(
                    $"BBM valid->valid: 0x{old.Address:x} holds 0x{value:x}, and CPU {cpu}, which takes the tree up, "
                    + $"may still read 0x{old.Value:x} there, since {steps.Missing(old, cpu)}: {reason}", root, cpu,
                    reason, LintSpot.Of(page, old.Word).At(verdict.Offset));
                return;
            }

            if (verdict.MayAbort)
                MayAbort += old.Count;
        }
    }

    // Walks of the CPU may read one of two old values after the other. True for a violation.
    private bool JudgeEarlier(int cpu, ulong root, StaleValue old, BbmLevel level)
    {
        var (page, all) = (old.Page, stale.Of(old.Page, old.Word));
        for (int i = 0; i < old.PositionInDescriptor; i++)
        {
            var other = all[i];
            if (!other.IsReadableBy(cpu) || other.Level != old.Level || other.Input != old.Input)
                continue;
            var read = ReadTime.Of(old, page, old.Word);
            var verdict = changes.Judge(page, old.Value, other.Value, level, read);
            if (verdict.Reason is not { } reason)
            {
                MayAbort += verdict.MayAbort ? 1 : 0;
                continue;
            }

            found.Report(
                $"BBM valid->valid: 0x{old.Address:x} has held 0x{other.Value:x} and 0x{old.Value:x}, and CPU {cpu}, "
                + $"which takes the tree up, may still read both there, since {steps.Missing(old, cpu)}: {reason}",
                root, cpu, reason, LintSpot.Of(page, old.Word).At(verdict.Offset));
            return true;
        }

        return false;
    }
}
