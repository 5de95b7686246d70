using Orleans.Mmu.Arm.BreakBeforeMake;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>What the architecture says of a valid descriptor that is written over a valid one (R_WHZWS), on CPUs of a BBM level.</summary>
/// <param name="Reason">Why it is not legal; null where it is.</param>
/// <param name="MayAbort">Legal, and a CPU may still take a TLB conflict abort.</param>
internal readonly record struct LiveChangeVerdict(string? Reason, bool MayAbort);

/// <summary>Judges changes of live descriptors, 4K granule.</summary>
internal sealed class LiveChange(TracedMemory memory)
{
    private const ulong Contiguous = 1UL << 52;
    private const ulong OutputMask = 0x0000_ffff_ffff_f000;

    // AP, AF, DBM, PXN, UXN, GP and the software bits; for stage 2 S2AP, AF, DBM, XN and the software bits.
    private const ulong Permissions = 3UL << 6 | 1UL << 10 | 0xfUL << 55 | 3UL << 53 | 3UL << 50;
    private const ulong Nt = 1UL << 16;
    private const ulong NotGlobal = 1UL << 11;

    /// <param name="page">The table that holds the descriptor.</param>
    /// <param name="level">The lowest of the CPUs that may hold the tree.</param>
    public LiveChangeVerdict Judge(TracedPage page, ulong old, ulong changed, BbmLevel level)
    {
        ulong? oldTable = TracedTrees.TableOf(old, page.Level);
        ulong? newTable = TracedTrees.TableOf(changed, page.Level);
        if (oldTable is not null && newTable is not null)
            return oldTable == newTable ? default : Refused("another table, which no level allows live", "R_WHZWS");
        if (oldTable is null && newTable is null)
            return Leaves(page, old, changed, level);
        ulong leaf = oldTable is null ? old : changed;
        return Size(page, leaf, (oldTable ?? newTable)!.Value, newTable is not null, level);
    }

    private static LiveChangeVerdict Leaves(TracedPage page, ulong old, ulong changed, BbmLevel level)
    {
        ulong nt = page.Level < 3 ? Nt : 0;
        ulong difference = (old ^ changed) & ~(Permissions | nt);
        if ((difference & OutputMask) != 0)
            return Refused("another output address", "R_WHZWS, R_PVTFW");
        bool contiguous = (difference & Contiguous) != 0;
        difference &= ~Contiguous;
        if (page.Regime == TraceRegime.El1 && (difference & NotGlobal) != 0)
            return Refused((changed & NotGlobal) != 0 ? "global becomes non-global" : "non-global becomes global", "R_WHZWS");
        if ((difference & 0x33c) != 0)
            return Refused("another memory type, cacheability or shareability", "R_WHZWS");
        if (!contiguous)
            return default;
        return level == BbmLevel.Level0 ? Refused("the Contiguous bit, which level 0 must not see half changed", "R_QTRPM, R_NGLXZ")
            : new(null, MayAbort: level != BbmLevel.Level2NoAbort);
    }

    private LiveChangeVerdict Size(TracedPage page, ulong leaf, ulong table, bool becomesTable, BbmLevel level)
    {
        string what = becomesTable ? "a block becomes a table" : "a table becomes a block";
        if (level == BbmLevel.Level0)
            return Refused($"{what}, which level 0 must not see live", "R_FVQCK");
        if (!Same(page.Level + 1, leaf & OutputMask & ~((1UL << (12 + 9 * (3 - page.Level))) - 1), leaf, table))
            return Refused($"{what}, and its entries translate or are typed otherwise: the levels are for a change of size alone", "R_PVTFW");
        if (level == BbmLevel.Level1)
            return (leaf & Nt) != 0 ? default : Refused($"{what} without nT, which level 1 needs", "R_FVQCK");
        return new(null, MayAbort: level == BbmLevel.Level2);
    }

    // Whether the entries of a table translate as a block of the level above does, permissions aside; invalid ones are not cached.
    private bool Same(int childLevel, ulong output, ulong leaf, ulong table)
    {
        int shift = 12 + 9 * (3 - childLevel);
        if (childLevel > 3 || memory.Find(table) is not { } page)
            return childLevel <= 3;
        const ulong Ignored = Permissions | Nt | Contiguous | OutputMask | 3;
        for (int word = 0; word < TracedPage.Words; word++)
        {
            ulong entry = page[word];
            if ((entry & 1) == 0)
                continue;
            ulong expected = output + ((ulong)word << shift);
            if (TracedTrees.TableOf(entry, childLevel) is { } next)
            {
                if (!Same(childLevel + 1, expected, leaf, next))
                    return false;
            }
            else if ((entry & OutputMask & ~((1UL << shift) - 1)) != expected || ((entry ^ leaf) & ~Ignored) != 0)
            {
                return false;
            }
        }

        return true;
    }

    private static LiveChangeVerdict Refused(string what, string rule) => new($"{what} ({rule})", false);
}
