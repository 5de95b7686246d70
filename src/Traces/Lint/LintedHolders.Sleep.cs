using Orleans.Mmu.Arm.BreakBeforeMake;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// The CPUs whose walks are off: a change of a tree is judged for them when they set SCTLR.M, and for the others, which
/// are awake, at once.
/// </summary>
internal sealed partial class LintedHolders
{
    private int _off;

    /// <summary>Whether SCTLR.M of a regime is 0 on any CPU, with an ISB.</summary>
    public bool HasOff => _off > 0;

    /// <summary>An ISB of a CPU has followed the write that clears SCTLR.M.</summary>
    /// <param name="at">The number of its event.</param>
    public void TurnOff(int cpu, CasemateRegime regime, long at) => _off += this[cpu].TurnOff(regime, at) ? 1 : 0;

    /// <summary>A CPU sets SCTLR.M.</summary>
    public void TurnOn(int cpu, CasemateRegime regime) => _off -= this[cpu].TurnOn(regime) ? 1 : 0;

    /// <summary>Whether a CPU may hold a tree of one of these roots and sleeps.</summary>
    public bool HasSleeper(IReadOnlyList<ulong> roots)
    {
        if (!HasOff)
            return false;
        foreach (var holder in _cpus)
        {
            if (holder.Sleeps(roots))
                return true;
        }

        return false;
    }

    /// <summary>
    /// The lowest level of the CPUs that may hold a tree of one of these roots and do not sleep; null for none.
    /// </summary>
    /// <param name="dropped">The CPUs that do not count.</param>
    public BbmLevel? LowestAwake(IReadOnlyList<ulong> roots, HashSet<int> dropped, Func<int, BbmLevel> level)
    {
        BbmLevel? lowest = null;
        foreach (var holder in _cpus)
        {
            if (!dropped.Contains(holder.Cpu) && holder.Holds(roots) && !(HasOff && holder.Sleeps(roots))
                && !(lowest <= level(holder.Cpu)))
                lowest = level(holder.Cpu);
        }

        return lowest;
    }

    /// <summary>Whether a CPU other than this one may hold a tree of one of these roots and does not sleep.</summary>
    public bool IsAnotherAwake(IReadOnlyList<ulong> roots, int cpu)
    {
        foreach (var holder in _cpus)
        {
            if (holder.Cpu != cpu && holder.Holds(roots) && !(HasOff && holder.Sleeps(roots)))
                return true;
        }

        return false;
    }

    /// <summary>The CPUs that may hold a tree of one of these roots and do not sleep, ascending.</summary>
    public IEnumerable<int> Awake(IReadOnlyList<ulong> roots) => !HasOff ? Of(roots)
        : _cpus.Where(holder => holder.Holds(roots) && !holder.Sleeps(roots)).Select(holder => holder.Cpu);
}
