using Orleans.Mmu.Checking.Toy;
using Orleans.Mmu.Checking.Transitions;
using Orleans.Mmu.Exploration.Search;

namespace Orleans.Mmu.Checking.Counterexamples;

/// <summary>A walk or a share that puts an entry into a TLB after a state of the path.</summary>
/// <param name="After">The index of the state on the path.</param>
/// <param name="From">The CPU whose cached entry is used, for a share.</param>
/// <param name="FromCache">
/// The cached table entry at which the walk begins, because no root leads there any more; null for a walk from a root.
/// </param>
internal sealed record Fill(int After, int Cpu, WatchedEntry Entry, int? From, WatchedEntry? FromCache);

/// <summary>
/// Finds the speculative walks behind a may-set. The may-set says that an entry may be present; the witness says which
/// walk brings it, and places the walk as late on the path as possible.
/// </summary>
internal sealed class Witness(MachineSystem system, IReadOnlyList<Bits256> path)
{
    private readonly EntryUniverse _universe = system.Model.Universe;

    /// <summary>
    /// The fills that bring an entry into a CPU's TLB by a state of the path, each as late as possible.
    /// </summary>
    public List<Fill> Of(int cpu, WatchedEntry entry, int by)
    {
        // An access that has begun may outlast its entry (erratum 4118414).
        while (by > 0 && !Holds(by, cpu, entry) && HasBegun(by, cpu, entry))
            by--;
        int first = by;
        while (first > 0 && Holds(first - 1, cpu, entry))
            first--;
        for (int at = by; at >= first; at--)
        {
            if (!CanWalk(at, cpu, entry, out bool fromRoot))
                continue;
            if (fromRoot || entry.Parent < 0)
                return [new(at, cpu, entry, null, null)];
            var parent = _universe.Entries[entry.Parent];
            return [.. Of(cpu, parent, at), new(at, cpu, entry, null, parent)];
        }

        // The entry was shared by another CPU when it first became possible.
        for (int other = 0; other < system.Kinds.Length; other++)
        {
            if (other != cpu && Shares(first, other) && Holds(first, other, entry))
                return [.. Of(other, entry, first), new(first, cpu, entry, other, null)];
        }

        return [];
    }

    private bool Holds(int at, int cpu, WatchedEntry entry)
    {
        var state = system.Unpacked(path[at]);
        return (state.Cpus[cpu].MaySet & entry.Bit) != 0;
    }

    private bool HasBegun(int at, int cpu, WatchedEntry entry) =>
        (system.Unpacked(path[at]).BegunOn(cpu) & entry.Bit) != 0;

    private bool Shares(int at, int cpu)
    {
        var state = system.Unpacked(path[at]);
        return system.Kinds[cpu].Points[state.Cpus[cpu].Point].Shares;
    }

    // The root whose tree an entry is in.
    private RootTableSet RootOf(WatchedEntry entry) => entry.Parent >= 0 ? RootOf(_universe.Entries[entry.Parent])
        : entry.Bit == _universe.SecondTop ? RootTableSet.Second : RootTableSet.Swapper;

    private bool CanWalk(int at, int cpu, WatchedEntry entry, out bool fromRoot)
    {
        var state = system.Unpacked(path[at]);
        var point = system.Kinds[cpu].Points[state.Cpus[cpu].Point];
        var view = system.ViewOf(state, cpu);
        bool isIdmap = entry.Bit == _universe.Idmap;
        bool rootLeads = isIdmap ? point.WalksIdmap
            : RootOf(entry) == RootTableSet.Second ? point.WalksSecond : point.WalksKernel;
        fromRoot = rootLeads && (isIdmap || (view.Reachable & entry.Bit) != 0);
        return fromRoot
            || (entry.Parent >= 0 && (view.Present & entry.Bit) != 0
                && (state.Cpus[cpu].MaySet >> entry.Parent & 1) != 0);
    }
}
