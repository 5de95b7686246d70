using Orleans.Mmu.Arm.BreakBeforeMake;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// The verdict on a valid descriptor that replaces another valid one (R_WHZWS), on CPUs of a BBM level.
/// </summary>
/// <param name="Reason">The reason why the change is illegal; null for a legal one.</param>
/// <param name="MayAbort">The change is legal, and a CPU may take a TLB conflict abort.</param>
internal readonly record struct LiveChangeVerdict(string? Reason, bool MayAbort);

/// <summary>
/// Judges changes of live descriptors, 4K granule. <see cref="BbmMatrix"/> decides, as it does for two entries in a
/// TLB. The linter asks more of a change of size: every entry of the table must translate as the block does, since a
/// walk may cache any of them, whereas two TLB entries are compared where they overlap.
/// </summary>
internal sealed class LiveDescriptorChange(LintedMemory memory)
{
    private const ulong Contiguous = 1UL << 52;
    private const ulong OutputMask = 0x0000_ffff_ffff_f000;
    private const ulong Nt = 1UL << 16;

    /// <param name="page">The table that holds the descriptor.</param>
    /// <param name="level">The lowest of the CPUs that may hold the tree.</param>
    public LiveChangeVerdict Judge(LintedPage page, ulong old, ulong changed, BbmLevel level)
    {
        ulong? oldTable = LintedTrees.TableOf(old, page.Level);
        ulong? newTable = LintedTrees.TableOf(changed, page.Level);
        OverlapDifference difference;
        if (oldTable is not null && newTable is not null)
            difference = oldTable == newTable ? OverlapDifference.None : OverlapDifference.OutputAddress;
        else if (oldTable is null && newTable is null)
            difference = Leaves(page, old, changed);
        else
            difference = Size(page, oldTable is null ? old : changed, (oldTable ?? newTable)!.Value);

        bool ntBlock = page.Level < 3
            && ((oldTable is null && (old & Nt) != 0) || (newTable is null && (changed & Nt) != 0));
        var verdict = BbmMatrix.Judge(level, difference, ntBlock);
        return verdict.NeedsBreak ? new(Reason(old, oldTable, changed, newTable, level, difference), false)
            : new(null, verdict.MayAbort);
    }

    private static OverlapDifference Leaves(LintedPage page, ulong old, ulong changed)
    {
        ulong bits = old ^ changed;
        var difference = LeafDifferences.Of(bits, page.Regime == CasemateRegime.El1);
        if ((bits & OutputMask & ~(page.Level < 3 ? Nt : 0)) != 0)
            difference |= OverlapDifference.OutputAddress;
        if ((bits & Contiguous) != 0)
            difference |= OverlapDifference.Contiguous;
        return difference;
    }

    private OverlapDifference Size(LintedPage page, ulong leaf, ulong table)
    {
        ulong output = leaf & OutputMask & ~((1UL << (12 + 9 * (3 - page.Level))) - 1);
        return OverlapDifference.Size | Below(page.Regime, page.Level + 1, output, leaf, table);
    }

    // In what the valid entries of a table differ from a block of the level above; an invalid one is not cached.
    private OverlapDifference Below(CasemateRegime regime, int childLevel, ulong output, ulong leaf, ulong table)
    {
        int shift = 12 + 9 * (3 - childLevel);
        if (childLevel > 3)
            return OverlapDifference.OutputAddress;
        if (memory.Find(table) is not { } page)
            return OverlapDifference.None;
        var difference = OverlapDifference.None;
        for (int word = 0; word < LintedPage.Words; word++)
        {
            ulong entry = page[word];
            if ((entry & 1) == 0)
                continue;
            ulong expected = output + ((ulong)word << shift);
            if (LintedTrees.TableOf(entry, childLevel) is { } next)
            {
                difference |= Below(regime, childLevel + 1, expected, leaf, next);
                continue;
            }

            difference |= LeafDifferences.Of(entry ^ leaf, regime == CasemateRegime.El1);
            if ((entry & OutputMask & ~((1UL << shift) - 1)) != expected)
                difference |= OverlapDifference.OutputAddress;
        }

        return difference;
    }

    private static string Reason(
        ulong old, ulong? oldTable, ulong changed, ulong? newTable, BbmLevel level, OverlapDifference difference)
    {
        bool Has(OverlapDifference what) => (difference & what) != 0;
        if (oldTable is not null && newTable is not null)
            return "another table, which no level allows live (R_WHZWS)";
        if (Has(OverlapDifference.Size))
        {
            string what = newTable is not null ? "a block becomes a table" : "a table becomes a block";
            if (level == BbmLevel.Level0)
                return $"{what}, which level 0 must not see live (R_FVQCK)";
            if (Has(OverlapDifference.OutputAddress | OverlapDifference.Global | OverlapDifference.MemoryType))
            {
                return $"{what}, and its entries translate or are typed otherwise: "
                    + "the levels are for a change of size alone (R_PVTFW)";
            }

            return $"{what} without nT, which level 1 needs (R_FVQCK)";
        }

        if (Has(OverlapDifference.OutputAddress))
            return "another output address (R_WHZWS, R_PVTFW)";
        if (Has(OverlapDifference.Global))
        {
            return ((changed & ~old) >> 11 & 1) != 0
                ? "global becomes non-global (R_WHZWS)" : "non-global becomes global (R_WHZWS)";
        }

        return Has(OverlapDifference.MemoryType) ? "another memory type, cacheability or shareability (R_WHZWS)"
            : "the Contiguous bit, which level 0 must not see half changed (R_QTRPM, R_NGLXZ)";
    }
}
