using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.OutOfOrder;

/// <summary>
/// Explicit reads. A read takes what its location holds, or what the CPU's own last write to it will write if that is
/// not performed yet: neither the walk of that write nor the own read of an atomic comes first in Arm's model, only
/// what its address and its data depend on.
/// </summary>
internal sealed class WindowReads(WindowTranslation translation, WindowTlbis tlbis, WindowValues values)
{
    /// <summary>Adds every state that the read of an entry leads to; its predecessors must be performed.</summary>
    public void Perform(WindowState state, int cpuNumber, int at, List<WindowState> into)
    {
        var cpu = state.Cpus[cpuNumber];
        int location = cpu.Order!.Entries[at].Location;
        // Of two reads of one location the later one must not take an older version (Exp-haz-ob).
        for (int i = at + 1; i < cpu.Entries.Count; i++)
        {
            if (cpu.Entries[i].Has(EntryProgress.Overwritten) && cpu.Order.Entries[i].Location == location)
                return;
        }

        var next = state.Copy();
        if (!tlbis.TryComplete(next, cpuNumber, cpu.Order.Entries[at].Completes))
            return;
        int source = at - 1;
        for (; source >= 0 && !IsWriteTo(cpu, source, location); source--)
        {
            if (MayReach(state.Memory, cpu, source, location))
                Forward(next, cpu, source, at, into);
        }

        if (source < 0 || cpu.Entries[source].Has(EntryProgress.Written))
            Take(next, cpu, at, state.Memory[location], WindowEntry.None, into);
        else
            Forward(next, cpu, source, at, into);
    }

    private static bool IsWriteTo(WindowCpu cpu, int at, int location) =>
        cpu.Order!.Entries[at].Location == location && cpu.Order.Entries[at].Writes;

    // Whether the walk of a write is not performed and may lead to a location.
    private bool MayReach(WindowMemory memory, WindowCpu cpu, int at, int location)
    {
        ref readonly var order = ref cpu.Order!.Entries[at];
        return order is { Writes: true, Address: { Kind: LitmusValueKind.Address } address }
            && !cpu.Entries[at].Has(EntryProgress.Walked) && location < memory.Cells
            && translation.MayReach(location, address.Offset);
    }

    private void Forward(WindowState state, WindowCpu cpu, int source, int at, List<WindowState> into)
    {
        // (addr | data); [Exp & M]; lmrs: what the write depends on is performed. An STXR may still fail.
        ref readonly var write = ref cpu.Order!.Entries[source];
        var entry = cpu.Entries[source];
        if (write.Dependencies != 0 || write.IsOpen
            || (write.Data is null && entry.Guess != Guess.Rewrites)
            || (cpu.Order.Entries[at].Access!.Acquires && !IsReadPerformed(cpu, source, write)))
            return;
        Take(state, cpu, at, values.Of(write, entry), source, into);
    }

    private void Take(
        WindowState state, WindowCpu before, int at, LitmusValue? value, int source, List<WindowState> into)
    {
        var entry = before.Entries[at];
        if (value is { } known && !values.CanTake(before.Order!.Entries[at], entry, known))
            return;
        var next = state.Copy();
        next.Change(before.Number).Entries[at] = entry with
        {
            Progress = entry.Progress | EntryProgress.Read | (value is null ? EntryProgress.Pending : 0),
            Value = value ?? default,
            Source = source,
        };
        into.Add(next);
    }

    // rmw; lmrs; [A | Q]: whether the read that a write is paired with is performed.
    private static bool IsReadPerformed(WindowCpu cpu, int at, in EntryOrder write) =>
        write.Access!.IsExclusiveStore
            ? write.Exclusive < 0 || cpu.Entries[write.Exclusive].Has(EntryProgress.Read)
            : !write.Access.Reads || cpu.Entries[at].Has(EntryProgress.Read);
}
