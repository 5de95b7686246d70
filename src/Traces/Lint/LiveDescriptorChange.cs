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
    /// Judges an entry that becomes valid while an old block, of a descriptor above it, may still be cached.
    /// </summary>
    /// <param name="page">The table that holds the entry.</param>
    public LiveChangeVerdict JudgeBelow(LintedPage page, int word, ulong entry, StaleValue block, BbmLevel level)
    {
        ulong expected = page.OutputOf(block.Value, block.Level) + (page.InputOf(word) - block.Input);
        var difference = OverlapDifference.Size
            | (Entry(block.Page, page.Level, entry, expected, new(block.Value, block.Mair, null, true), null)
                ?? OverlapDifference.None);
        var verdict = BbmMatrix.Judge(level, difference, ntBlock: (block.Value & Nt) != 0);
        return verdict.NeedsBreak
            ? new(LiveChangeReason.Of(block.Value, null, entry, page.Address, level, difference), false)
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
        var below = Below(page, page.Level + 1, page.OutputOf(leaf), new(leaf, leafMair, tableMair, all), table);
        return below is { } found ? found | OverlapDifference.Size
            : all ? OverlapDifference.Size : OverlapDifference.None;
    }

    // In what the valid entries of a table, and those that may still be cached, differ from a block of the level above;
    // an invalid one is not cached. Null if there is none.
    private OverlapDifference? Below(LintedPage above, int level, ulong output, in Block block, ulong table)
    {
        if (level > 3)
            return OverlapDifference.OutputAddress;
        ulong cover = above.Geometry.Size(Arm.Geometry.Level.Of(level));
        OverlapDifference? difference = null;
        for (ulong at = 0; at < above.Geometry.Granule.PageSize; at += LintedPage.Size)
        {
            if (memory.Find(table + at) is not { } page)
                continue;
            for (int word = 0; word < LintedPage.Words; word++)
            {
                ulong expected = output + (at / 8 + (ulong)word) * cover;
                if (above.IsValid(page[word], level))
                    Add(Entry(above, level, page[word], expected, block, block.TableMair));
                foreach (var old in stale.Of(page, word))
                    Add(Entry(above, level, old.Value, expected, block, old.Mair));
            }
        }

        return difference;

        void Add(OverlapDifference? entry)
        {
            if (entry is { } found)
                difference = (difference ?? OverlapDifference.None) | found;
        }
    }

    // In what one entry of a table differs from the block. Null if the entry is not compared.
    private OverlapDifference? Entry(
        LintedPage above, int level, ulong entry, ulong expected, in Block block, ulong? mair)
    {
        if (above.TableOf(entry, level) is { } next)
            return Below(above, level + 1, expected, block, next);
        if (!block.All && new Descriptor(entry).NotGlobal)
            return null;
        return Attributes(above, entry, level, block.Leaf, above.Level, mair, block.Mair)
            | (above.OutputOf(entry, level) != expected ? OverlapDifference.OutputAddress : OverlapDifference.None);
    }

    // A block that is compared with the entries of a table in its place: the MAIR under which it was read, and that of
    // the table's valid entries, null for that of now; and whether all entries count, or global leaves alone.
    private readonly record struct Block(ulong Leaf, ulong? Mair, ulong? TableMair, bool All);
}
