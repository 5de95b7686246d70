namespace Orleans.Mmu.Litmus.OutOfOrder;

/// <summary>Explicit writes. A write is performed for all CPUs at once.</summary>
internal sealed class WindowWrites(
    WindowTranslation translation, WindowTlbis tlbis, WindowValues values, WindowWarning warning)
{
    /// <summary>Performs the write of an entry whose predecessors are performed; null where it must wait.</summary>
    public WindowState? Perform(WindowState state, int cpuNumber, int at)
    {
        var before = state.Cpus[cpuNumber];
        ref readonly var order = ref before.Order!.Entries[at];
        int location = order.Location;
        int word = location - state.Memory.Cells;
        // A later read of the location has taken this write or a later one (coWR).
        for (int i = at + 1; i < before.Entries.Count; i++)
        {
            if (before.Entries[i].Has(EntryProgress.Read) && before.Order.Entries[i].Location == location
                && before.Entries[i].Source < at)
                return null;
        }

        if (values.Of(order, before.Entries[at]) is not { } value || IsBetweenAtomic(state, cpuNumber, location)
            || (order.Access!.IsExclusiveStore && !HoldsMonitor(before, order, location))
            || (word >= 0 && WindowUpdates.IsBusy(state, word, translation)))
            return null;
        var next = state.Copy();
        if (!tlbis.TryComplete(next, cpuNumber, order.Completes))
            return null;
        value = values.Checked(state.Memory, order.Access, location, value);
        var cpu = next.Change(cpuNumber);
        warning.Watch(state.Memory, cpu, location, value);
        next.Memory = state.Memory.With(location, value);
        cpu.Entries[at] = cpu.Entries[at] with { Progress = cpu.Entries[at].Progress | EntryProgress.Written };
        for (int i = at + 1; i < cpu.Entries.Count; i++)
        {
            if (cpu.Entries[i].Source == at)
                cpu.Entries[i] = cpu.Entries[i] with { Source = WindowEntry.None };
        }

        MarkOverwritten(state, next, cpuNumber, location);
        return next;
    }

    /// <summary>
    /// Whether an atomic of a CPU other than the writer has read a location from memory and not written it yet: the
    /// axiom "atomic" lets no other CPU write it in between.
    /// </summary>
    /// <param name="writer">−1 for hardware, which no CPU may let in between.</param>
    public static bool IsBetweenAtomic(WindowState state, int writer, int location)
    {
        for (int cpu = 0; cpu < state.Cpus.Length; cpu++)
        {
            var other = state.Cpus[cpu];
            for (int i = 0; cpu != writer && i < other.Entries.Count; i++)
            {
                var entry = other.Entries[i];
                if (entry.Has(EntryProgress.Read) && !entry.Has(EntryProgress.Written) && entry.Source < 0
                    && other.Order!.Entries[i] is { Writes: true, Location: var at } && at == location)
                    return true;
            }
        }

        return false;
    }

    /// <summary>Notes a write at what other CPUs have read and at their exclusive monitors.</summary>
    public static void MarkOverwritten(WindowState before, WindowState next, int writer, int location)
    {
        for (int cpu = 0; cpu < before.Cpus.Length; cpu++)
        {
            var other = before.Cpus[cpu];
            if (cpu == writer)
                continue;
            if (other.Monitored == location && !other.IsMonitorOpen)
                Changed(cpu).IsMonitorOpen = true;
            for (int i = 0; i < other.Entries.Count; i++)
            {
                if (!other.Entries[i].Has(EntryProgress.Read) || other.Entries[i].Source >= 0
                    || other.Order!.Entries[i].Location != location)
                    continue;
                var changed = Changed(cpu);
                changed.Entries[i] = changed.Entries[i] with
                {
                    Progress = changed.Entries[i].Progress | EntryProgress.Overwritten,
                };
            }
        }

        WindowCpu Changed(int cpu) =>
            ReferenceEquals(next.Cpus[cpu], before.Cpus[cpu]) ? next.Change(cpu) : next.Cpus[cpu];
    }

    // Whether no CPU has written the location since the exclusive load of it.
    private static bool HoldsMonitor(WindowCpu cpu, in EntryOrder order, int location) => order.Exclusive switch
    {
        >= 0 => cpu.Order!.Entries[order.Exclusive].Location == location
            && !cpu.Entries[order.Exclusive].Has(EntryProgress.Overwritten),
        -1 => cpu.Monitored == location && !cpu.IsMonitorOpen,
        _ => false,
    };
}
