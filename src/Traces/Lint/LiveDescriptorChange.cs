using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Arm.Descriptors;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// The verdict on a valid descriptor that replaces another valid one (R_WHZWS), on CPUs of a BBM level.
/// </summary>
/// <param name="Reason">The reason why the change is illegal; null for a legal one.</param>
/// <param name="MayAbort">The change is legal, and a CPU may take a TLB conflict abort.</param>
/// <param name="Offset">
/// Of a block beside a table: the bytes from its first address to the first one that the table translates otherwise.
/// </param>
internal readonly record struct LiveChangeVerdict(string? Reason, bool MayAbort, ulong Offset = 0);

/// <summary>A block that was read before an entry below it became valid.</summary>
/// <param name="Page">The table that held it.</param>
/// <param name="Level">Its level.</param>
/// <param name="Input">Its first input address.</param>
/// <param name="Read">When it was read.</param>
internal readonly record struct OldBlock(LintedPage Page, int Level, ulong Input, ulong Value, ReadTime Read)
{
    /// <summary>A block that may still be cached.</summary>
    public static OldBlock Of(StaleValue old) =>
        new(old.Page, old.Level, old.Input, old.Value, ReadTime.Of(old, old.Page, old.Word));
}

/// <summary>
/// Judges changes of live descriptors. <see cref="BbmMatrix"/> decides, as it does for two entries in a TLB. The linter
/// asks more of a change of size: every entry of the table must translate as the block does, since a walk may cache any
/// of them, whereas two TLB entries are compared where they overlap.
/// </summary>
internal sealed class LiveDescriptorChange(
    LintedMemory memory, StaleIndex stale, LintedHolders holders, LintedTypes types)
{
    private const ulong Nt = 1UL << 16;

    // The output address at which a table first translates otherwise than the block that it is compared with.
    private ulong? _differsAt;

    /// <param name="page">The table that holds the descriptor.</param>
    /// <param name="level">The lowest of the CPUs that may hold the tree.</param>
    /// <param name="read">When the old value was read.</param>
    /// <param name="oneAsid">
    /// False if the two are read under different ASIDs, so that a block meets those pages of a table alone of which one
    /// is global.
    /// </param>
    /// <param name="cpu">The one CPU that reads both; null for all that may hold the tree.</param>
    public LiveChangeVerdict Judge(
        LintedPage page, ulong old, ulong changed, BbmLevel level, ReadTime read, bool oneAsid = true, int? cpu = null)
    {
        ulong? oldTable = page.TableOf(old);
        ulong? newTable = page.TableOf(changed);
        OverlapDifference difference;
        if (oldTable is not null && newTable is not null)
            difference = oldTable == newTable ? OverlapDifference.None : OverlapDifference.OutputAddress;
        else if (oldTable is null && newTable is null)
            difference = Members(page, old, 0, read, changed, 0, ReadTime.Now, cpu);
        else if (oldTable is null)
            difference = Size(page, new(old, read, newTable!.Value, IsOld: false, cpu), oneAsid);
        else
            difference = Size(page, new(changed, ReadTime.Now, oldTable.Value, IsOld: true, cpu), oneAsid);

        ulong offset = (oldTable is null) == (newTable is null) ? 0
            : (_differsAt ?? 0) - (_differsAt is null ? 0 : page.OutputOf(oldTable is null ? old : changed));
        bool ntBlock = page.Level < 3
            && ((oldTable is null && (old & Nt) != 0) || (newTable is null && (changed & Nt) != 0));
        var verdict = BbmMatrix.Judge(level, difference, ntBlock);
        return verdict.NeedsBreak
            ? new(LiveChangeReason.Of(old, oldTable, changed, newTable, level, difference), false, offset)
            : new(null, verdict.MayAbort);
    }

    /// <summary>
    /// Judges an entry that becomes valid while an old block, of a descriptor above it, may still be cached.
    /// </summary>
    /// <param name="page">The table that holds the entry.</param>
    /// <param name="oneAsid">False if the two are read under different ASIDs, so that one must be global.</param>
    /// <param name="cpu">The one CPU that reads both; null for all that may hold the tree.</param>
    public LiveChangeVerdict JudgeBelow(
        LintedPage page, int word, ulong entry, in OldBlock block, BbmLevel level, bool oneAsid = true,
        int? cpu = null)
    {
        ulong expected = page.OutputOf(block.Value, block.Level) + (page.InputOf(word) - block.Input);
        bool all = oneAsid || !new Descriptor(block.Value).NotGlobal;
        var entries = Entry(
            block.Page, page.Level, entry, ReadTime.Now, expected,
            new(block.Value, block.Read, 0, IsOld: false, cpu, all));
        if (entries is null && !all)
            return default;
        var difference = OverlapDifference.Size | (entries ?? OverlapDifference.None);
        var verdict = BbmMatrix.Judge(level, difference, ntBlock: (block.Value & Nt) != 0);
        return verdict.NeedsBreak
            ? new(LiveChangeReason.Of(block.Value, null, entry, page.Address, level, difference), false)
            : new(null, verdict.MayAbort);
    }

    /// <summary>
    /// How two leaves of a table differ where each is taken for the address range of their group: in Contiguous bit, in
    /// the output address of the first member, and in attributes.
    /// </summary>
    /// <param name="readOfA">When the first was read.</param>
    /// <param name="readOfB">The same for the other.</param>
    /// <param name="cpu">The one CPU that reads both; null for all that may hold the tree.</param>
    public OverlapDifference Members(
        LintedPage page, ulong a, int wordOfA, in ReadTime readOfA, ulong b, int wordOfB, in ReadTime readOfB,
        int? cpu = null)
    {
        var difference = types.Between(
            page, page.AttributesOf(a, page.Level), readOfA, page.AttributesOf(b, page.Level), readOfB, cpu);
        if (page.OutputOf(a) - (ulong)wordOfA * page.Cover != page.OutputOf(b) - (ulong)wordOfB * page.Cover)
            difference |= OverlapDifference.OutputAddress;
        if (((a ^ b) & LintedGroups.ContiguousBit) != 0)
            difference |= OverlapDifference.Contiguous;
        return difference;
    }

    // A global block meets the table's own entry too.
    private OverlapDifference Size(LintedPage page, Block block, bool oneAsid)
    {
        bool all = oneAsid || !new Descriptor(block.Leaf).NotGlobal;
        _differsAt = null;
        var below = Below(page, page.Level + 1, page.OutputOf(block.Leaf), block with { All = all }, block.Table);
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
                {
                    var read = block.IsOld ? ReadTime.Of(null, page, word) : ReadTime.Now;
                    Add(Entry(above, level, page[word], read, expected, block));
                }

                foreach (var old in stale.NotKept(page, word))
                {
                    // One that only CPUs which take the tree up later may read is judged then.
                    if (old.Order != StoreOrder.Own || old.DroppedBy is null || holders.MayHold(old, null))
                        Add(Entry(above, level, old.Value, ReadTime.Of(old, page, word), expected, block));
                }
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
        LintedPage above, int level, ulong entry, in ReadTime read, ulong expected, in Block block)
    {
        if (above.TableOf(entry, level) is { } next)
            return Below(above, level + 1, expected, block, next);
        if (!block.All && new Descriptor(entry).NotGlobal)
            return null;
        var difference = types.Between(
            above, above.AttributesOf(entry, level), read, above.AttributesOf(block.Leaf, above.Level), block.Read,
            block.Cpu);
        if (above.OutputOf(entry, level) != expected)
            difference |= OverlapDifference.OutputAddress;
        if ((difference & ~OverlapDifference.Permission) != OverlapDifference.None)
            _differsAt ??= expected;
        return difference;
    }

    // A block that is compared with the entries of a table in its place: when it was read; whether the table is the
    // older of the two; the one CPU that counts; and whether all entries count, or global leaves alone.
    private readonly record struct Block(
        ulong Leaf, ReadTime Read, ulong Table, bool IsOld, int? Cpu, bool All = true);
}
