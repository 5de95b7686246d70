using Orleans.Mmu.Arm.BreakBeforeMake;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// The CPUs that may hold a tree, and the weakest of them. Every store asks, so nothing but the list of them all costs
/// an allocation.
/// </summary>
internal sealed partial class LintedHolders
{
    /// <summary>The CPUs that may hold a tree of one of these roots, ascending.</summary>
    public IEnumerable<int> Of(IReadOnlyList<ulong> roots) =>
        _cpus.Where(holder => holder.Holds(roots)).Select(holder => holder.Cpu);

    /// <summary>Whether a CPU may hold a tree of one of these roots.</summary>
    public bool HoldsAny(IReadOnlyList<ulong> roots)
    {
        foreach (var holder in _cpus)
        {
            if (holder.Holds(roots))
                return true;
        }

        return false;
    }

    /// <summary>The first CPU other than this one that may hold a tree of one of these roots; null for none.</summary>
    public int? OtherThan(int cpu, IReadOnlyList<ulong> roots)
    {
        foreach (var holder in _cpus)
        {
            if (holder.Cpu != cpu && holder.Holds(roots))
                return holder.Cpu;
        }

        return null;
    }

    /// <summary>Whether each CPU that may hold the trees of an old value has left them.</summary>
    /// <inheritdoc cref="LintedHolder.HasLeft"/>
    public bool HaveLeft(StaleValue old, bool everything)
    {
        foreach (var holder in _cpus)
        {
            if (!holder.HasLeft(old, everything))
                return false;
        }

        return true;
    }

    /// <summary>Whether a CPU may have an old value cached.</summary>
    /// <param name="cpu">The one CPU that counts; null for all.</param>
    public bool MayHold(StaleValue old, int? cpu)
    {
        foreach (var holder in _cpus)
        {
            if ((cpu is null || holder.Cpu == cpu) && MayHold(holder, old))
                return true;
        }

        return false;
    }

    private static bool MayHold(LintedHolder holder, StaleValue old) =>
        holder.Holds(old.Roots) && old.DroppedBy?.Contains(holder.Cpu) != true
        && !holder.SleepsSince(old.Roots, old.Regime, old.StoredAt) && holder.HasIdOf(old);

    /// <summary>
    /// The CPU of the lowest level among those that may hold a tree. Among equals, a CPU other
    /// than the writer comes first.
    /// </summary>
    public int? Weakest(HeldTree tree, int writer, Func<int, BbmLevel> level)
    {
        int? found = null;
        foreach (var holder in _cpus)
        {
            if (holder.Held.ContainsKey(tree))
                found = Weaker(found, holder.Cpu, writer, level);
        }

        return found;
    }

    /// <summary>
    /// The same for a tree of one of these roots. A CPU that sleeps counts only where all that may hold the tree do.
    /// </summary>
    public int? Weakest(IReadOnlyList<ulong> roots, int writer, Func<int, BbmLevel> level)
    {
        int? found = null, asleep = null;
        foreach (var holder in _cpus)
        {
            if (HasOff && holder.Sleeps(roots))
                asleep = Weaker(asleep, holder.Cpu, writer, level);
            else if (holder.Holds(roots))
                found = Weaker(found, holder.Cpu, writer, level);
        }

        return found ?? asleep;
    }

    /// <summary>
    /// The CPU that a violation names where several may fail by it. Of those that may hold the tree, one is taken that
    /// may have the old value cached; then one that does not sleep; then one that may under an ASID and a VMID that no
    /// TLBI has named; then one that fails; then one whose walks are on, since others fail only when they return; then
    /// the lowest level, and last a CPU other than the writer. A step that leaves no CPU is skipped.
    /// </summary>
    /// <param name="roots">The roots through which the new value is read.</param>
    /// <param name="old">What a CPU may have cached; null for what memory has held until now.</param>
    /// <param name="fails">Whether a CPU fails; null where each of them does.</param>
    /// <returns>Null if no CPU may hold the tree.</returns>
    public int? Failing(
        IReadOnlyList<ulong> roots, StaleValue? old, int writer, Func<int, BbmLevel> level,
        Func<int, bool>? fails = null)
    {
        List<LintedHolder> left = [.. _cpus.Where(holder => holder.Holds(roots))];
        if (old is not null)
        {
            Take(holder => MayHold(holder, old));
            Take(holder => !holder.Sleeps(roots));
            Take(holder => HasUnnamed(holder.Cpu, old));
            // The writer's own walks read the new value.
            Take(holder => old.Order != StoreOrder.Own || holder.Cpu != old.Writer);
        }

        Take(holder => fails?.Invoke(holder.Cpu) != false);
        Take(holder => roots.Any(root => holder.Walks(root)));
        return left.Select(holder => (int?)holder.Cpu)
            .OrderBy(cpu => level(cpu!.Value)).ThenBy(cpu => cpu == writer).FirstOrDefault();

        void Take(Func<LintedHolder, bool> keeps)
        {
            if (left.Exists(holder => keeps(holder)))
                left.RemoveAll(holder => !keeps(holder));
        }
    }

    // Whether a CPU may have the value cached under an ASID or a VMID that no TLBI has named.
    private bool HasUnnamed(int cpu, StaleValue old)
    {
        if (old.ById is not { } named)
            return true;
        return old.Roots.Any(root => IdsOf(root, cpu, broadcast: false, byVmid: true, byAsid: true, old).Any(
            ids => !named.Any(by => (by.Broadcast || by.Cpu == cpu)
                && (by.Vmid is null || ids.Vmid is null || by.Vmid == ids.Vmid)
                && (by.Asid is null || ids.Asid is null || by.Asid == ids.Asid))));
    }

    private static int Weaker(int? found, int cpu, int writer, Func<int, BbmLevel> level) =>
        found is not { } best || level(cpu) < level(best) || (level(cpu) == level(best) && best == writer)
            ? cpu : best;
}
