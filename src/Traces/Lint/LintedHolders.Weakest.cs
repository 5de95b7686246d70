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

    /// <summary>Whether a CPU that is not one of these may hold a tree of one of these roots.</summary>
    /// <param name="cpu">The one CPU that counts; null for all.</param>
    public bool HoldsAnyBut(IReadOnlySet<int>? others, IReadOnlyList<ulong> roots, int? cpu)
    {
        foreach (var holder in _cpus)
        {
            if ((cpu is null || holder.Cpu == cpu) && holder.Holds(roots) && others?.Contains(holder.Cpu) != true)
                return true;
        }

        return false;
    }

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

    /// <summary>The same for a tree of one of these roots.</summary>
    public int? Weakest(IReadOnlyList<ulong> roots, int writer, Func<int, BbmLevel> level)
    {
        int? found = null;
        foreach (var holder in _cpus)
        {
            if (holder.Holds(roots))
                found = Weaker(found, holder.Cpu, writer, level);
        }

        return found;
    }

    private static int Weaker(int? found, int cpu, int writer, Func<int, BbmLevel> level) =>
        found is not { } best || level(cpu) < level(best) || (level(cpu) == level(best) && best == writer)
            ? cpu : best;
}
