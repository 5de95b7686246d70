namespace Orleans.Mmu.Checking.Transitions;

/// <summary>What each CPU's walks see of memory, and which entries are judged by it.</summary>
public sealed partial class MachineModel
{
    /// <summary>
    /// The leaves through which an access may have begun and not be performed when the TLBI that removes them is
    /// complete: none, unless the CPUs have erratum 4118414.
    /// </summary>
    internal uint BegunThrough { get; }

    /// <summary>Memory as the walks of a CPU see it, with the stores of its own that a DSB NSH has ordered.</summary>
    /// <param name="others">Memory as other walks see it.</param>
    internal MemoryView ViewOf(in ToyState state, ReadOnlySpan<ToyCpuKind> kinds, int cpu, MemoryView others)
    {
        uint seen = SeenBy(state, kinds, cpu);
        return seen == state.Memory ? others : View(seen);
    }

    private uint SeenBy(in ToyState state, ReadOnlySpan<ToyCpuKind> kinds, int cpu)
    {
        var own = kinds[cpu].OwnStores;
        return !own.AreSeenEarly ? state.Memory
            : own.Seen(
                state.Cpus[cpu].Point, state.Memory, Layout is null ? state.Memory : state.Writers[cpu].Performed,
                Layout);
    }

    /// <summary>
    /// The entries that must match memory on a CPU: those whose change is complete. A change is complete for all CPUs
    /// when its author has completed it (<see cref="OpenChanges"/>); what CPU 0 stored before the release, also for a
    /// CPU that has seen the release. It is not complete while its author's walks see stores that other CPUs do not
    /// see yet.
    /// </summary>
    /// <param name="view">Memory as the CPU's walks see it.</param>
    internal uint Judged(in ToyState state, ReadOnlySpan<ToyCpuKind> kinds, int cpu, MemoryView view)
    {
        uint complete = Complete(state, kinds, cpu);
        // The first member of a group that is being made translates pages whose own descriptors come later.
        return (complete & view.Reachable) != 0 && HasBuffered(state, kinds) ? complete & ~view.Reachable : complete;
    }

    private uint Complete(in ToyState state, ReadOnlySpan<ToyCpuKind> kinds, int cpu)
    {
        bool sawRelease = kinds[cpu].Points[state.Cpus[cpu].Point].SawRelease;
        int authors = Layout is null ? 1 : kinds.Length;
        uint changing = 0;
        for (int i = 0; i < authors; i++)
        {
            var changes = kinds[i].OpenChanges;
            int at = state.Cpus[i].Point;
            changing |= SeenBy(state, kinds, i) != state.Memory
                ? changes.Touched(at) : changes.At(at, i == cpu, i == 0 && sawRelease);
        }

        return ~changing;
    }

    private uint LeavesOfTlbis() => Kinds.Aggregate(0u, (mask, k) => mask | k.Writer!.Named)
        & Universe.Members(Universe.Kernel & Universe.OfWords).Where(e => !e.Entry.IsTable)
            .Aggregate(0u, (mask, e) => mask | e.Bit);

    private bool HasBuffered(in ToyState state, ReadOnlySpan<ToyCpuKind> kinds)
    {
        if (Layout is null)
            return (IssuedBefore[state.Cpus[0].Point] & ~state.Memory) != 0;
        for (int i = 0; i < kinds.Length; i++)
        {
            if (!WriterTransitions.HasPerformed(state, kinds, i))
                return true;
        }

        return false;
    }
}
