using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Arm.Descriptors;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// Judges a register of stage 1 that leads to a populated root while the CPU may hold entries of another one that it
/// has led to: a live change of every descriptor below them. A reserved root and a TLBI for everything between them
/// make the CPU drop the other tree.
/// </summary>
/// <param name="hasGlobal">Whether a tree has had global leaves.</param>
/// <param name="levelOf">The level of a CPU.</param>
internal sealed partial class LintedSwitch(
    LintFindings found, LintedMemory memory, LintedHolders holders, StaleIndex stale, StaleSteps steps,
    LiveDescriptorChange changes, Func<ulong, bool> hasGlobal, Func<int, BbmLevel> levelOf)
{
    /// <summary>A CPU has written a register; the new root is linked, and the CPU may hold both trees.</summary>
    /// <param name="at">The event.</param>
    /// <returns>Whether the CPU may take a conflict abort, and the trees do not contradict one another.</returns>
    public bool Judge(int cpu, CasemateRegister register, ulong root, LintedEvent at)
    {
        bool mayAbort = false;
        var holder = holders[cpu];
        foreach (var held in holder.HeldThrough(register))
        {
            // Trees with ASIDs are not released while a CPU may hold them.
            if (held.Root == root || held.Release != 0)
                continue;
            if (OneAsid(cpu, held.Root, root) is not { } oneAsid)
                continue;
            for (ulong offset = 0, size = SizeOf(root); offset < size; offset += LintedPage.Size)
            {
                if (memory.Find(held.Root + offset) is { IsTable: true } old
                    && memory.Find(root + offset) is { IsTable: true } page)
                {
                    var change = new Change(cpu, register, held.Root, root, oneAsid, levelOf(cpu), at);
                    if (Compare(old, page, change) is not { } aborts)
                        return false;
                    mayAbort |= aborts;
                }
            }
        }

        return mayAbort;
    }

    private ulong SizeOf(ulong root) => memory.Find(root)?.Geometry.Granule.PageSize ?? 0;

    /// <summary>
    /// Whether entries of two trees answer for one ASID. Those of different ASIDs do not answer for one another, unless
    /// they are global: false. Null where none is, and for entries of different VMIDs.
    /// </summary>
    public bool? OneAsid(int cpu, ulong held, ulong root)
    {
        var holder = holders[cpu];
        if (holder.HasOtherVmids(held, root))
            return null;
        if (holder.Answers(held, root))
            return true;
        return hasGlobal(held) || hasGlobal(root) ? false : null;
    }

    // Null where the tables contradict one another, which is reported.
    private bool? Compare(LintedPage old, LintedPage page, in Change change)
    {
        if (old == page || old.Geometry != page.Geometry || old.Level != page.Level || old.Input != page.Input)
            return false;
        bool mayAbort = false;
        for (int word = 0; word < LintedPage.Words; word++)
        {
            bool? found = page.IsValid(page[word]) ? Compare(old, page, word, new(page[word], null), change)
                : CompareLate(old, page, word, change);
            if (found is not { } aborts)
                return null;
            mayAbort |= aborts;
        }

        return mayAbort;
    }

    // The same for what the CPU reads at one descriptor of the new tree.
    private bool? Compare(LintedPage old, LintedPage page, int word, in Read after, in Change change)
    {
        bool mayAbort = false;
        if (page.IsValid(old[word]))
        {
            if (Compare(old, page, word, old[word], ReadTime.Of(null, old, word), after, change) is not { } now)
                return null;
            mayAbort |= now;
        }

        // What the word held before may still be cached, although no walk finds it any more.
        foreach (var cached in stale.Of(old, word))
        {
            if (cached.DroppedBy?.Contains(change.Cpu) == true)
                continue;
            if (Compare(old, page, word, cached.Value, ReadTime.Of(cached, old, word), after, change) is not { } before)
                return null;
            mayAbort |= before;
        }

        return mayAbort;
    }

    // A descriptor of the old tree, and the one that stands at its address in the new tree.
    private bool? Compare(
        LintedPage old, LintedPage page, int word, ulong before, ReadTime read, in Read after, in Change change)
    {
        if (!change.OneAsid)
        {
            var (tableBefore, tableAfter) = (page.TableOf(before), page.TableOf(after.Value));
            if (tableBefore is { } left && tableAfter is { } right)
                return left == right ? false : CompareTables(old, page, word, left, right, after, change);
            if (tableBefore is null && tableAfter is null && !IsGlobal(before) && !IsGlobal(after.Value))
                return false;
        }

        var verdict = changes.Judge(
            page, before, after.Value, change.Level, SinceHeld(read, change), change.OneAsid, change.Cpu);
        if (verdict.Reason is not { } reason)
            return verdict.MayAbort;
        Report(page, word, before, isHeld: old[word] == before, after, change, reason, verdict.Offset);
        return null;

        static bool IsGlobal(ulong leaf) => !new Descriptor(leaf).NotGlobal;
    }

    private static ReadTime SinceHeld(in ReadTime read, in Change change) => read with { Through = [change.Held] };

    // A table that is linked no more still holds what a CPU may have cached of it, until it is freed.
    private bool? CompareTables(
        LintedPage old, LintedPage page, int word, ulong left, ulong right, in Read link, in Change change)
    {
        bool isLinked = page.TableOf(old[word]) == left;
        ulong offset = (ulong)word * 8;
        bool mayAbort = false;
        for (ulong at = 0; at < page.Geometry.Granule.PageSize; at += LintedPage.Size)
        {
            if (memory.Find(left + at) is not { IsTable: true } before || memory.Find(right + at) is not { } after
                || (isLinked && !old.Links(old.Address + offset, before))
                || !(link.Late is null ? page.Links(page.Address + offset, after) : after.IsTable))
                continue;
            if (Compare(before, after, change) is not { } aborts)
                return null;
            mayAbort |= aborts;
        }

        return mayAbort;
    }

    private void Report(
        LintedPage page, int word, ulong before, bool isHeld, in Read after, in Change change, string reason,
        ulong offset = 0)
    {
        var holder = holders[change.Cpu];
        string missing = holder.LeftAt(change.Held) == change.At
            ? "no reserved root, ISB and TLBI for everything lie between" : holder.MissingDrop(change.Held);
        found.Report(
            $"BBM valid->valid: {change.Register.Name()} of CPU {change.Cpu} leads to the tree at "
            + $"0x{change.Root:x} while entries of that at 0x{change.Held:x} may still be cached, since {missing}, and "
            + $"0x{before:x}{(isHeld ? "" : ", replaced and not flushed,")} at input address "
            + $"{InputAddress.Text(page.InputOf(word))} becomes 0x{after.Value:x}{WhyLate(after, change.Cpu)}: "
            + reason, change.Root, change.Cpu, $"a register leads to another tree: {reason}",
            LintSpot.Of(page, word).At(offset));
    }

    // What the CPU reads at a descriptor of the new tree. Late is an old value that it may still read; null for what
    // the descriptor holds.
    private readonly record struct Read(ulong Value, StaleValue? Late);

    // A CPU's register leads to a root while the CPU may hold entries of another tree.
    private readonly record struct Change(
        int Cpu, CasemateRegister Register, ulong Held, ulong Root, bool OneAsid, BbmLevel Level, LintedEvent At);
}
