using Orleans.Mmu.Arm.BreakBeforeMake;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>The changes of MAIR, by which leaves get another memory type.</summary>
internal sealed partial class LintedControlChange
{
    /// <summary>
    /// A CPU changes MAIR. A tree that the CPU may walk must have no leaf of a memory type that changes, and none that
    /// was cleared and not flushed; a tree that the CPU has left, but may still have cached, counts from now on as
    /// cached under the old value.
    /// </summary>
    public void Mair(int cpu, CasemateRegime regime, ulong before, ulong after)
    {
        if (ChangedTypes(regime, before, after) == 0)
            return;
        var holder = holders[cpu];
        foreach (var (tree, regimeOfTree) in holder.Held)
        {
            if (regimeOfTree != regime)
                continue;
            if (!holder.Walks(tree))
            {
                holder.KeepMair(tree, before, after, holder.IsOff(regime));
                continue;
            }

            holder.SeeMairs(tree, [after]);
            CheckTypes(cpu, tree.Root, tree.Root, regime, before, after);
        }
    }

    /// <summary>
    /// A CPU has taken up a tree through a register. It may have tables of the tree cached under an older MAIR, or may
    /// read it by an older MAIR until its ISB.
    /// </summary>
    public void TakeUpTypes(int cpu, CasemateRegister register, ulong root)
    {
        var regime = LintedRoots.RegimeOf(register);
        if (!mairs.HasSeveral(regime) || mairs.Of(cpu, regime) is not { } after)
            return;
        var holder = holders[cpu];
        foreach (ulong held in Unreleased(holder, register))
        {
            foreach (ulong before in holder.MairsOf(held))
                CheckTypes(cpu, held, root, regime, before, after);
        }

        foreach (ulong before in mairs.EarlierOf(cpu, regime))
            CheckTypes(cpu, root, root, regime, before, after);
    }

    /// <summary>
    /// A table gets an entry, through which a CPU may walk to tables that it has cached through another tree under an
    /// older MAIR.
    /// </summary>
    /// <param name="rival">The CPU, the tree that it walks, and the other one.</param>
    /// <param name="oneAsid">False if the two are read under different ASIDs, so that global leaves alone meet.</param>
    public void FillTypes(in RivalTrees rival, bool oneAsid)
    {
        var regime = LintedRoots.RegimeOf(rival.Register);
        if (mairs.Of(rival.Cpu, regime) is not { } after)
            return;
        foreach (ulong before in holders[rival.Cpu].MairsOf(rival.Held))
            CheckTypes(rival.Cpu, rival.Held, rival.Root, regime, before, after, oneAsid);
    }

    /// <summary>A page becomes a table: no CPU reads a leaf of it by two values of MAIR that differ.</summary>
    public void CheckTypesOf(LintedPage page)
    {
        if (!mairs.HasUnsynchronized)
            return;
        for (int word = 0; word < LintedPage.Words; word++)
            CheckType(page, word, page[word]);
    }

    /// <summary>
    /// A table gets an entry: no CPU that has written MAIR, and may read by the older value until its ISB, reads two
    /// memory types.
    /// </summary>
    public void CheckType(LintedPage page, int word, ulong entry)
    {
        if (!mairs.HasUnsynchronized || !IsLeaf(page, entry))
            return;
        foreach (int cpu in mairs.UnsynchronizedOf(page.Regime))
        {
            if (!page.Roots.Any(root => holders[cpu].Walks(root)) || mairs.Of(cpu, page.Regime) is not { } after)
                continue;
            foreach (ulong before in mairs.EarlierOf(cpu, page.Regime))
            {
                if ((ChangedTypes(page.Regime, before, after) >> LintedLeaves.TypeOf(entry) & 1) == 0)
                    continue;
                found.Report(
                    $"stale after a change of MAIR: 0x{before:x} becomes 0x{after:x} on CPU {cpu} with no ISB since, "
                    + $"and the CPU may read the leaf 0x{entry:x} at input address "
                    + $"{InputAddress.Text(page.InputOf(word))} by either, with two memory types (AttrIndx "
                    + $"{LintedLeaves.TypeOf(entry)}; MAIR is permitted to be cached in a TLB; R_WHZWS)",
                    page.RootAddress, cpu, spot: LintSpot.Of(page, word));
            }
        }
    }

    private static int ChangedTypes(CasemateRegime regime, ulong before, ulong after)
    {
        int changed = 0;
        for (int type = 0; type < LintedLeaves.MemoryTypes; type++)
        {
            ulong leaf = LintedLeaves.OfType(type);
            var difference = LeafDifferences.Between(leaf, leaf, regime == CasemateRegime.El1, before, after);
            if ((difference & OverlapDifference.MemoryType) != 0)
                changed |= 1 << type;
        }

        return changed;
    }

    // The tables that belong to both trees. What was cleared in them may still be cached until it is flushed.
    private void CheckTypes(
        int cpu, ulong held, ulong root, CasemateRegime regime, ulong before, ulong after, bool oneAsid = true)
    {
        int changed = ChangedTypes(regime, before, after);
        long since = holders[cpu].HeldSince([held]);
        foreach (var page in leaves.Having(held, changed))
        {
            if (page.Regime != regime || !page.Roots.Contains(root))
                continue;
            int seen = 0;
            for (int word = 0; word < LintedPage.Words; word++)
            {
                if (Breaks(page, word, page[word], page.ReadableSince(word), isHeld: true))
                    return;
                foreach (var old in stale.Of(page, word))
                {
                    if (Breaks(
                        page, word, old.Value, old.DroppedBy?.Contains(cpu) == true ? null : old.StoredAt,
                        isHeld: false))
                        return;
                }
            }

            leaves.Forget(page, changed & ~seen);

            bool Breaks(LintedPage page, int word, ulong entry, long? readable, bool isHeld)
            {
                if (!IsLeaf(page, entry))
                    return false;
                int type = LintedLeaves.TypeOf(entry);
                seen |= 1 << type;
                if ((changed >> type & 1) == 0 || !(oneAsid || LintedLeaves.IsGlobal(entry)) || readable is not { } at
                    || !mairs.Since(cpu, regime, Math.Max(at, since)).Contains(before))
                    return false;
                found.Report(
                    $"stale after a change of MAIR: 0x{before:x} becomes 0x{after:x} while CPU {cpu} may have the tree "
                    + $"at 0x{held:x} cached, so the leaf 0x{entry:x}{(isHeld ? "" : ", replaced and not flushed,")} "
                    + $"at input address {InputAddress.Text(page.InputOf(word))} has another memory type (AttrIndx "
                    + $"{type}) than entries that no TLBI has dropped (MAIR is permitted to be cached in a TLB; "
                    + "R_WHZWS)", root, cpu, spot: LintSpot.Of(page, word));
                return true;
            }
        }
    }

    private static bool IsLeaf(LintedPage page, ulong entry) => page.IsValid(entry) && page.TableOf(entry) is null;
}
