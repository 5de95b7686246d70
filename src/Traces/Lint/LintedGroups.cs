using Orleans.Mmu.Arm.BreakBeforeMake;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// Contiguous groups as wholes: a walk of any member may cache the address range of all of them. A member whose
/// contiguous entry may be cached is compared with every other member.
/// </summary>
internal sealed class LintedGroups(StaleIndex stale, LiveDescriptorChange changes)
{
    public const ulong ContiguousBit = 1UL << 52;

    /// <summary>
    /// Whether a walk of another member of its group brings back a value that a TLBI removes: that member is still in
    /// memory, or a walk may still read it there. It may have other permissions, since its entry covers the group all
    /// the same.
    /// </summary>
    public bool BringsBack(StaleValue value)
    {
        var page = value.Page;
        int size = page.GroupSize;
        if ((value.Value & ContiguousBit) == 0 || size == 1 || !page.IsTable || page.Level != value.Level)
            return false;
        int first = value.Word & -size;
        for (int word = first; word < first + size; word++)
        {
            if (word == value.Word)
                continue;
            if (Brings(page[word], word))
                return true;
            foreach (var old in stale.Of(page, word))
            {
                if (old.Order == StoreOrder.None && Brings(old.Value, word))
                    return true;
            }
        }

        return false;

        bool Brings(ulong other, int word) => (other & ContiguousBit) != 0 && page.IsValid(other)
            && (changes.Members(page, value.Value, value.Word, ReadTime.Now, other, word, ReadTime.Now) & Live)
                == OverlapDifference.None;
    }

    /// <summary>
    /// How a leaf that is about to be written, or is linked, contradicts its group; none if it agrees. Permissions
    /// count only where <paramref name="fresh"/>: a live change of permissions passes from member to member (R_JQQTC).
    /// </summary>
    /// <param name="mayBeCached">Whether a CPU may have an old value cached.</param>
    /// <param name="cached">The first old value of another member that contradicts the leaf; null for none.</param>
    /// <param name="cpu">The one CPU that counts; null for all that may hold the tree.</param>
    public OverlapDifference Of(
        LintedPage page, int word, ulong leaf, bool fresh, Func<StaleValue, bool> mayBeCached, out StaleValue? cached,
        int? cpu = null)
    {
        cached = null;
        int size = page.GroupSize;
        bool contiguous = (leaf & ContiguousBit) != 0;
        if (size == 1 || !(contiguous || page.HasContiguous))
            return OverlapDifference.None;
        int first = word & -size;
        var found = OverlapDifference.None;
        // The group's address range is aligned to its size, so a member's address says which member it is.
        if (contiguous && page.OutputOf(leaf) / page.Cover % (ulong)size != (ulong)(word - first))
            found |= OverlapDifference.OutputAddress;
        for (int other = first; other < first + size; other++)
        {
            if (other == word)
                continue;
            ulong held = page[other];
            if (Matters(held))
            {
                found |= (fresh ? All : Live) & changes.Members(
                    page, leaf, word, ReadTime.Now, held, other, ReadTime.Of(null, page, other), cpu);
            }

            foreach (var old in stale.Of(page, other))
            {
                if (!Matters(old.Value) || !mayBeCached(old))
                    continue;
                var difference = Live & changes.Members(
                    page, leaf, word, ReadTime.Now, old.Value, other, ReadTime.Of(old, page, other), cpu);
                if (difference != OverlapDifference.None)
                    cached ??= old;
                found |= difference;
            }
        }

        return found;

        bool Matters(ulong other) => page.IsValid(other) && page.TableOf(other) is null
            && (contiguous || (other & ContiguousBit) != 0);
    }

    private const OverlapDifference All = (OverlapDifference)~0;
    private const OverlapDifference Live = All & ~OverlapDifference.Permission;
}
