using Orleans.Mmu.Arm.BreakBeforeMake;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>When walks may have read a value, which says under which MAIR.</summary>
/// <param name="Since">The number of the event from which they may have.</param>
/// <param name="NotBy">The CPUs that hold nothing of it any more; null for none.</param>
/// <param name="Through">
/// The roots through which it was read; null for those of the table whose leaf it is compared with.
/// </param>
internal readonly record struct ReadTime(
    long Since, IReadOnlySet<int>? NotBy = null, IReadOnlyList<ulong>? Through = null)
{
    /// <summary>A value that walks read from now on.</summary>
    public static ReadTime Now => new(long.MaxValue);

    /// <summary>
    /// An old value that CPUs may have cached; null for the value that a descriptor has held until now.
    /// </summary>
    public static ReadTime Of(StaleValue? old, LintedPage page, int word) =>
        old is null ? new(page.ReadableSince(word)) : new(old.StoredAt, old.DroppedBy);
}

/// <summary>
/// How two leaves differ for the CPUs that may hold them, each of which has its own MAIR. MAIR is permitted to be
/// cached in a TLB, and need not be, so an entry follows any value that its CPU has used since the entry may have been
/// made.
/// </summary>
internal sealed class LintedTypes(LintedMairs mairs, LintedHolders holders)
{
    /// <summary>The differences on any of the CPUs that may hold a page's trees.</summary>
    /// <param name="page">The table of the leaves.</param>
    /// <param name="a">A leaf without its output address.</param>
    /// <param name="b">The other leaf without its output address.</param>
    /// <param name="cpu">The one CPU that counts; null for all that may hold the trees.</param>
    public OverlapDifference Between(
        LintedPage page, ulong a, in ReadTime readOfA, ulong b, in ReadTime readOfB, int? cpu)
    {
        var regime = page.Regime;
        if (!mairs.HasSeveral(regime))
        {
            ulong? only = mairs.Last(regime);
            return LeafDifferences.Between(a, b, page.HasAsids, only, only);
        }

        OverlapDifference? found = null;
        foreach (int holder in cpu is { } one ? [one] : holders.Awake(page.Roots))
        {
            if (readOfA.NotBy?.Contains(holder) == true || readOfB.NotBy?.Contains(holder) == true)
                continue;
            foreach (ulong? mairOfA in MairsOf(holder, page, readOfA))
            {
                foreach (ulong? mairOfB in MairsOf(holder, page, readOfB))
                {
                    found = (found ?? OverlapDifference.None)
                        | LeafDifferences.Between(a, b, page.HasAsids, mairOfA, mairOfB);
                }
            }
        }

        return found ?? LeafDifferences.Between(a, b, page.HasAsids, mairs.Last(regime), mairs.Last(regime));
    }

    private IEnumerable<ulong?> MairsOf(int cpu, LintedPage page, in ReadTime read)
    {
        var (holder, roots) = (holders[cpu], read.Through ?? page.Roots);
        return mairs.Since(
            cpu, page.Regime, Math.Max(read.Since, holder.HeldSince(roots)), mair => holder.HasNotSeen(mair, roots));
    }
}
