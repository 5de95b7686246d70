using Orleans.Mmu.Arm.BreakBeforeMake;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>The verdicts on a descriptor beside the old values that a CPU may have cached.</summary>
internal sealed partial class LintedDescriptors
{
    // A walk that comes through the store of a table descriptor may read what earlier stores to the table have
    // replaced, where nothing orders these stores before it (R_SPVBD). A register counts as written after all of them.
    private void JudgeOrder(LintedPage page)
    {
        bool IsAlone(int cpu) => holders.HoldsAny(page.Roots) && holders.Of(page.Roots).All(holder => holder == cpu);
        bool IsKept(UnorderedStores.Store store) => unordered.HasOwnDsb(store) && IsAlone(store.Writer);
        bool isReported = false;
        var link = _linkReleases is null ? null : unlinked.LinkTo(page);
        var kept = link is null ? [] : unordered.Late(page);
        var taken = unordered.Take(page, _cpu, _linkReleases ?? false);
        foreach (var store in taken)
        {
            if (_linkReleases is null || !page.IsValid(store.Old))
                continue;
            // Only CPUs that take the tree up later may read it.
            if (IsKept(store))
            {
                if (link is null && stale.Of(page, store.Word).Count == 0)
                    steps.Keep(store.Writer, stale.Add(page, store.Word, store.Old), store.Event);
                continue;
            }

            LeaveToSleepers(page, store.Word);
            var old = stale.Add(page, store.Word, store.Old);
            steps.Replace(store.Writer, old, store.Event, unordered.HasOwnDsb(store));
            // One store says it for the page.
            if (isReported || levelOf(page, _cpu) is not { } level || PutsOff(page, store.Word))
                continue;
            ulong address = page.Address + (ulong)store.Word * 8, value = page[store.Word];
            string late = $"0x{page.Address:x}, where a walk may still read 0x{store.Old:x} at 0x{address:x}, since no "
                + $"DSB and no release order the store of event {store.Event} before that of the table descriptor "
                + "(R_SPVBD)";
            if (!page.IsValid(value))
            {
                found.Report(
                    $"BBM write table descriptor with unclean children: {late}", page.RootAddress,
                    Failing(page, old),
                    "no DSB and no release order the stores to the table before that of its descriptor (R_SPVBD)",
                    spot: LintSpot.Of(page, store.Word));
                isReported = true;
                continue;
            }

            var verdict = changes.Judge(page, store.Old, value, level, ReadTime.Of(old, page, store.Word));
            if (verdict.Reason is { } reason)
            {
                found.Report(
                    $"BBM valid->valid: a table is linked at {late}: {reason}", page.RootAddress,
                    Failing(page, old), $"a table is linked while stores to it may be seen late: {reason}",
                    spot: LintSpot.Of(page, store.Word));
                isReported = true;
            }
            else if (verdict.MayAbort)
            {
                MayAbort++;
            }
        }

        if (link is not null)
            BringLate(page, link, kept.Except(taken.Where(store => !IsKept(store))));
    }

    // A tree that no CPU holds may be changed freely, and has no level.
    private void Judge(LintedPage page, int word, ulong value, BbmLevel? lowest)
    {
        if (lowest is not { } level)
            return;
        _judged = (page, word);
        ulong old = page[word];
        long mayAbort = 0;
        // A CPU that takes the tree up is judged by what memory holds already.
        bool fresh = _taker is not null || !page.IsValid(old);
        if (!fresh && JudgeChange(page, word, old, value, level, null) is var live)
        {
            if (live is null)
                return;
            mayAbort += live == true ? 1 : 0;
        }

        foreach (var cached in Old(page, word))
        {
            if (!Meets(cached))
                continue;
            if (JudgeChange(page, word, cached.Value, value, LevelBeside(cached, level), cached) is not { } aborts)
                return;
            mayAbort += aborts ? cached.Count : 0;
            fresh = false;
        }

        foreach (var block in blocks.Above(page, kept: _taker is not null))
        {
            if (!Meets(block))
                continue;
            if (JudgeBelow(page, word, value, LevelBeside(block, level), block) is not { } aborts)
                return;
            mayAbort += aborts ? block.Count : 0;
        }

        if (page.TableOf(value) is null && JudgeGroup(page, word, value, level, fresh) == true && mayAbort == 0)
            mayAbort = 1;
        MayAbort += mayAbort;
    }

    // The old value is the one that is about to be replaced, or one that may still be cached. Answers whether a CPU may
    // take a conflict abort; null where the change is a violation, which is reported.
    private bool? JudgeChange(
        LintedPage page, int word, ulong old, ulong value, BbmLevel level, StaleValue? cached)
    {
        var read = ReadTime.Of(cached, page, word);
        var verdict = changes.Judge(page, old, value, level, read, cpu: _taker);
        if (verdict.Reason is not { } reason)
            return verdict.MayAbort;
        if (!PutsOff(page, word))
            ReportChange(page, word, old, value, cached, verdict.Offset, reason);
        return null;
    }

    private void ReportChange(
        LintedPage page, int word, ulong old, ulong value, StaleValue? cached, ulong offset, string reason)
    {
        var read = ReadTime.Of(cached, page, word);
        int? fails = Failing(
            page, cached, cpu => changes.Judge(page, old, value, LevelOfCpu(cpu), read, cpu: cpu).Reason == reason);
        ulong address = page.Address + (ulong)word * 8;
        if (cached?.NamedBelow is not null && steps.FirstUnnamed(cached, offset) is { } left)
            offset = left;
        found.Report(
            cached is null || (page.IsValid(page[word]) && page[word] != value)
                ? $"BBM valid->valid: 0x{address:x} changes from 0x{old:x} to 0x{value:x} while it may be walked: "
                + reason
                : $"BBM invalid unclean->valid: 0x{address:x} becomes 0x{value:x} while 0x{old:x}, which it held "
                + $"before, may still be cached, since {steps.Missing(cached, fails)} (R_DDMVT): {reason}",
            page.RootAddress,
            fails, reason, spot: LintSpot.OfChange(page, word, old, value).At(offset));
    }

    // An old block above the descriptor translates the same addresses.
    private bool? JudgeBelow(LintedPage page, int word, ulong value, BbmLevel level, StaleValue block)
    {
        var verdict = changes.JudgeBelow(page, word, value, OldBlock.Of(block), level, cpu: _taker);
        if (verdict.Reason is not { } reason)
            return verdict.MayAbort;
        if (!PutsOff(page, word))
            ReportBelow(page, word, value, block, reason);
        return null;
    }

    private void ReportBelow(
        LintedPage page, int word, ulong value, StaleValue block, string reason)
    {
        var old = OldBlock.Of(block);
        int? fails = Failing(
            page, block,
            cpu => changes.JudgeBelow(page, word, value, old, LevelOfCpu(cpu), cpu: cpu).Reason == reason);
        found.Report(
            $"BBM {(page.IsValid(page[word]) ? "valid" : "invalid unclean")}->valid: "
            + $"0x{page.Address + (ulong)word * 8:x} becomes 0x{value:x} while a CPU may still translate its address "
            + $"by the block {steps.WhyUnclean(block, fails)} (R_DDMVT): {reason}", page.RootAddress,
            fails, reason, spot: LintSpot.Of(page, word));
    }
}
