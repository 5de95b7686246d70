using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Arm.Descriptors;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// The verdict on a valid descriptor that replaces another valid one (R_WHZWS), on CPUs of a BBM level.
/// </summary>
/// <param name="Reason">The reason why the change is illegal; null for a legal one.</param>
/// <param name="MayAbort">The change is legal, and a CPU may take a TLB conflict abort.</param>
internal readonly record struct LiveChangeVerdict(string? Reason, bool MayAbort);

/// <summary>
/// Judges changes of live descriptors. <see cref="BbmMatrix"/> decides, as it does for two entries in a TLB. The linter
/// asks more of a change of size: every entry of the table must translate as the block does, since a walk may cache any
/// of them, whereas two TLB entries are compared where they overlap.
/// </summary>
internal sealed class LiveDescriptorChange(LintedMemory memory, StaleIndex stale, LintedControls controls)
{
    private const ulong Nt = 1UL << 16;

    /// <param name="page">The table that holds the descriptor.</param>
    /// <param name="level">The lowest of the CPUs that may hold the tree.</param>
    /// <param name="oldMair">MAIR under which the old value was read; null for that of now.</param>
    /// <param name="oneAsid">
    /// False if the two are read under different ASIDs, so that a block meets those pages of a table alone of which one
    /// is global.
    /// </param>
    public LiveChangeVerdict Judge(
        LintedPage page, ulong old, ulong changed, BbmLevel level, ulong? oldMair = null, bool oneAsid = true)
    {
        ulong? oldTable = page.TableOf(old);
        ulong? newTable = page.TableOf(changed);
        OverlapDifference difference;
        if (oldTable is not null && newTable is not null)
            difference = oldTable == newTable ? OverlapDifference.None : OverlapDifference.OutputAddress;
        else if (oldTable is null && newTable is null)
            difference = Members(page, old, 0, changed, 0, oldMair);
        else
            difference = Size(
                page, oldTable is null ? old : changed, (oldTable ?? newTable)!.Value,
                oldTable is null ? oldMair : null, newTable is null ? oldMair : null, oneAsid);

        bool ntBlock = page.Level < 3
            && ((oldTable is null && (old & Nt) != 0) || (newTable is null && (changed & Nt) != 0));
        var verdict = BbmMatrix.Judge(level, difference, ntBlock);
        return verdict.NeedsBreak
            ? new(LiveChangeReason.Of(old, oldTable, changed, newTable, level, difference), false)
            : new(null, verdict.MayAbort);
    }

    /// <summary>
    /// How two leaves of a table differ where each is taken for the address range of their group: in Contiguous bit, in
    /// the output address of the first member, and in attributes.
    /// </summary>
    /// <param name="mairOfA">MAIR under which the first was read; null for that of now.</param>
    /// <param name="mairOfB">The same for the other.</param>
    public OverlapDifference Members(
        LintedPage page, ulong a, int wordOfA, ulong b, int wordOfB, ulong? mairOfA = null, ulong? mairOfB = null)
    {
        var difference = Attributes(page, a, page.Level, b, page.Level, mairOfA, mairOfB);
        if (page.OutputOf(a) - (ulong)wordOfA * page.Cover != page.OutputOf(b) - (ulong)wordOfB * page.Cover)
            difference |= OverlapDifference.OutputAddress;
        if (((a ^ b) & LintedGroups.ContiguousBit) != 0)
            difference |= OverlapDifference.Contiguous;
        return difference;
    }

    private OverlapDifference Attributes(
        LintedPage page, ulong a, int levelOfA, ulong b, int levelOfB, ulong? mairOfA, ulong? mairOfB) =>
        LeafDifferences.Between(
            page.AttributesOf(a, levelOfA), page.AttributesOf(b, levelOfB), page.HasAsids,
            mairOfA ?? controls.MairOf(page.Regime), mairOfB ?? controls.MairOf(page.Regime));

    // A global block meets the table's own entry too.
    private OverlapDifference Size(
        LintedPage page, ulong leaf, ulong table, ulong? leafMair, ulong? tableMair, bool oneAsid)
    {
        bool all = oneAsid || !new Descriptor(leaf).NotGlobal;
        var below = Below(page, page.Level + 1, page.OutputOf(leaf), leaf, table, leafMair, tableMair, all);
        return below is { } found ? found | OverlapDifference.Size
            : all ? OverlapDifference.Size : OverlapDifference.None;
    }

    // In what the valid entries of a table, and those that may still be cached, differ from a block of the level above;
    // an invalid one is not cached. Null if there is none. Where not all count, global leaves do.
    private OverlapDifference? Below(
        LintedPage block, int level, ulong output, ulong leaf, ulong table, ulong? leafMair, ulong? tableMair,
        bool all)
    {
        if (level > 3)
            return OverlapDifference.OutputAddress;
        ulong cover = block.Geometry.Size(Arm.Geometry.Level.Of(level));
        OverlapDifference? difference = null;
        for (ulong at = 0; at < block.Geometry.Granule.PageSize; at += LintedPage.Size)
        {
            if (memory.Find(table + at) is not { } page)
                continue;
            for (int word = 0; word < LintedPage.Words; word++)
            {
                ulong expected = output + (at / 8 + (ulong)word) * cover;
                if ((page[word] & 1) != 0)
                    Add(page[word], expected, tableMair);
                foreach (var old in stale.Of(page, word))
                    Add(old.Value, expected, old.Mair);
            }
        }

        return difference;

        void Add(ulong entry, ulong expected, ulong? mair)
        {
            if (Entry(entry, expected, mair) is { } found)
                difference = (difference ?? OverlapDifference.None) | found;
        }

        OverlapDifference? Entry(ulong entry, ulong expected, ulong? mair)
        {
            if (block.TableOf(entry, level) is { } next)
                return Below(block, level + 1, expected, leaf, next, leafMair, tableMair, all);
            if (!all && new Descriptor(entry).NotGlobal)
                return null;
            return Attributes(block, entry, level, leaf, block.Level, mair, leafMair)
                | (block.OutputOf(entry, level) != expected ? OverlapDifference.OutputAddress : OverlapDifference.None);
        }
    }
}
