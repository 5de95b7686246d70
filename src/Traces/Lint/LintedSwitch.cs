using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Arm.Descriptors;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// Judges a register of stage 1 that leads to a populated root while the CPU may hold entries of another one that it
/// has led to: a live change of every descriptor below them. A reserved root and a TLBI for everything between them
/// make the CPU drop the other tree.
/// </summary>
/// <param name="hasGlobal">Whether a tree has had global leaves.</param>
internal sealed class LintedSwitch(
    LintFindings found, LintedMemory memory, LintedHolders holders, LiveDescriptorChange changes,
    Func<ulong, bool> hasGlobal)
{
    /// <summary>A CPU has written a register; the new root is linked, and the CPU may hold both trees.</summary>
    /// <param name="at">The event.</param>
    /// <returns>Whether the CPU may take a conflict abort, and the trees do not contradict one another.</returns>
    public bool Judge(int cpu, CasemateRegister register, ulong root, BbmLevel level, LintedEvent at)
    {
        bool mayAbort = false;
        var holder = holders[cpu];
        foreach (var (held, release) in holder.HeldThrough(register))
        {
            // Trees with ASIDs are not released while a CPU may hold them.
            if (held == root || release != 0)
                continue;
            // Entries of different ASIDs do not answer for one another, unless they are global.
            bool oneAsid = holder.AsidsOf(held) is not { } before || holder.AsidsOf(root) is not { } after
                || before.Overlaps(after);
            if (!oneAsid && !hasGlobal(held) && !hasGlobal(root))
                continue;
            foreach (ulong offset in PagesOf(root))
            {
                if (memory.Find(held + offset) is { IsTable: true } old
                    && memory.Find(root + offset) is { IsTable: true } page)
                {
                    if (Compare(old, page, new(cpu, register, held, root, oneAsid, level, at)) is not { } aborts)
                        return false;
                    mayAbort |= aborts;
                }
            }
        }

        return mayAbort;

        IEnumerable<ulong> PagesOf(ulong address)
        {
            ulong size = memory.Find(address)?.Geometry.Granule.PageSize ?? 0;
            for (ulong at = 0; at < size; at += LintedPage.Size)
                yield return at;
        }
    }

    // Null where the tables contradict one another, which is reported.
    private bool? Compare(LintedPage old, LintedPage page, in Change change)
    {
        if (old == page || old.Geometry != page.Geometry || old.Level != page.Level || old.Input != page.Input)
            return false;
        bool mayAbort = false;
        for (int word = 0; word < LintedPage.Words; word++)
        {
            ulong before = old[word], after = page[word];
            if (!page.IsValid(before) || !page.IsValid(after))
                continue;
            ulong? tableBefore = page.TableOf(before), tableAfter = page.TableOf(after);
            if (!change.OneAsid && tableBefore is { } a && tableAfter is { } b)
            {
                for (ulong at = 0; a != b && at < page.Geometry.Granule.PageSize; at += LintedPage.Size)
                {
                    ulong offset = (ulong)word * 8;
                    if (memory.Find(a + at) is { } left && old.Links(old.Address + offset, left)
                        && memory.Find(b + at) is { } right && page.Links(page.Address + offset, right))
                    {
                        if (Compare(left, right, change) is not { } aborts)
                            return null;
                        mayAbort |= aborts;
                    }
                }

                continue;
            }

            if (!change.OneAsid && tableBefore is null && tableAfter is null && !IsGlobal(before) && !IsGlobal(after))
                continue;
            var verdict = changes.Judge(
                page, before, after, change.Level, holders[change.Cpu].MairOf(change.Held), change.OneAsid);
            mayAbort |= verdict.MayAbort;
            if (verdict.Reason is not { } reason)
                continue;
            Report(page, word, before, change, reason);
            return null;
        }

        return mayAbort;

        static bool IsGlobal(ulong leaf) => !new Descriptor(leaf).NotGlobal;
    }

    private void Report(LintedPage page, int word, ulong before, in Change change, string reason)
    {
        var holder = holders[change.Cpu];
        string missing = holder.LeftAt(change.Held) == change.At
            ? "no reserved root, ISB and TLBI for everything lie between" : holder.MissingDrop(change.Held);
        found.Report(
            $"BBM valid->valid: {change.Register.Name()} of CPU {change.Cpu} leads to the tree at "
            + $"0x{change.Root:x} while entries of that at 0x{change.Held:x} may still be cached, since {missing}, and "
            + $"0x{before:x} at input address {InputAddress.Text(page.InputOf(word))} becomes 0x{page[word]:x}: "
            + reason, change.Root, change.Cpu, $"a register leads to another tree: {reason}",
            LintSpot.Of(page, word));
    }

    // A CPU's register leads to a root while the CPU may hold entries of another tree.
    private readonly record struct Change(
        int Cpu, CasemateRegister Register, ulong Held, ulong Root, bool OneAsid, BbmLevel Level, LintedEvent At);
}
