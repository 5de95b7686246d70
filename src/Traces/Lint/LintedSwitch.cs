using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Arm.Descriptors;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// Judges a register of EL1 that leads from one populated root to another while the CPU may hold entries of the first:
/// a live change of every descriptor below them. A reserved root and a TLBI for everything between them make the CPU
/// drop the first tree.
/// </summary>
/// <param name="hasGlobal">Whether a tree has had global leaves.</param>
internal sealed class LintedSwitch(
    LintedMemory memory, LintedHolders holders, LiveDescriptorChange changes, Func<ulong, bool> hasGlobal)
{
    /// <summary>A CPU has written a register; the new root is linked, and the CPU may hold both trees.</summary>
    /// <exception cref="LintException">The trees contradict one another.</exception>
    /// <returns>Whether the CPU may take a conflict abort.</returns>
    public bool Judge(int cpu, CasemateRegister register, ulong root, BbmLevel level)
    {
        bool mayAbort = false;
        var holder = holders[cpu];
        foreach (ulong held in holder.HeldThrough(register))
        {
            if (held == root)
                continue;
            // Entries of different ASIDs do not answer for one another, unless they are global.
            bool oneAsid = holder.AsidsOf(held) is not { } before || holder.AsidsOf(root) is not { } after
                || before.Overlaps(after);
            if (!oneAsid && !hasGlobal(held) && !hasGlobal(root))
                continue;
            foreach (ulong at in PagesOf(root))
            {
                if (memory.Find(held + at) is { IsTable: true } old && memory.Find(root + at) is { IsTable: true } page)
                    mayAbort |= Compare(old, page, oneAsid, level, holder.MairOf(held));
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

    private bool Compare(LintedPage old, LintedPage page, bool oneAsid, BbmLevel level, ulong? oldMair)
    {
        if (old == page || old.Geometry != page.Geometry || old.Level != page.Level || old.Input != page.Input)
            return false;
        bool mayAbort = false;
        for (int word = 0; word < LintedPage.Words; word++)
        {
            ulong before = old[word], after = page[word];
            if ((before & after & 1) == 0)
                continue;
            ulong? tableBefore = page.TableOf(before), tableAfter = page.TableOf(after);
            if (!oneAsid && tableBefore is { } a && tableAfter is { } b)
            {
                for (ulong at = 0; a != b && at < page.Geometry.Granule.PageSize; at += LintedPage.Size)
                {
                    if (memory.Find(a + at) is { IsTable: true } left
                        && memory.Find(b + at) is { IsTable: true } right)
                        mayAbort |= Compare(left, right, oneAsid, level, oldMair);
                }

                continue;
            }

            if (!oneAsid && tableBefore is null && tableAfter is null && !IsGlobal(before) && !IsGlobal(after))
                continue;
            var verdict = changes.Judge(page, before, after, level, oldMair, oneAsid);
            mayAbort |= verdict.MayAbort;
            if (verdict.Reason is { } reason)
            {
                throw new LintException(
                    $"BBM valid->valid: a register leads from the tree at 0x{old.RootAddress:x} to that at "
                    + $"0x{page.RootAddress:x} without a reserved root and a TLBI between, and 0x{before:x} at input "
                    + $"address 0x{page.InputOf(word):x} becomes 0x{after:x}: {reason}", page.RootAddress);
            }
        }

        return mayAbort;

        static bool IsGlobal(ulong leaf) => !new Descriptor(leaf).NotGlobal;
    }
}
