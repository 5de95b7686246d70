using Orleans.Mmu.Litmus.Machine;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.OutOfOrder;

/// <summary>Performs each event whose predecessors are performed.</summary>
internal sealed class WindowSteps(
    WindowPrograms programs, WindowSettling settling, WindowTlbis tlbis, WindowWalks walks, WindowUpdates updates,
    WindowReads reads, WindowWrites writes, EarlyEvents early)
{
    /// <summary>Adds every state that one event of one CPU leads to.</summary>
    public void Successors(WindowState state, List<WindowState> into)
    {
        if (early.Find(state) is var (first, entry))
        {
            Successors(state, first, entry, into);
            return;
        }

        updates.AddSpurious(state, into);
        for (int cpu = 0; cpu < state.Cpus.Length; cpu++)
        {
            if (state.Cpus[cpu].IsRunning)
            {
                var next = state.Copy();
                next.Change(cpu);
                into.Add(next);
                continue;
            }

            for (int at = 0; at < state.Cpus[cpu].Entries.Count; at++)
                Successors(state, cpu, at, into);
        }
    }

    private void Successors(WindowState state, int cpuNumber, int at, List<WindowState> into)
    {
        var cpu = state.Cpus[cpuNumber];
        var entry = cpu.Entries[at];
        ref readonly var order = ref cpu.Order!.Entries[at];
        if (order.IsOpen && entry.Guess == Guess.None)
        {
            foreach (var guess in GuessesOf(order))
            {
                var next = state.Copy();
                next.Change(cpuNumber).Entries[at] = entry with { Guess = guess };
                into.Add(next);
            }
        }
        else if (order.Access is { } access)
        {
            Access(state, cpuNumber, at, access, into);
        }
        else if (programs.Of(cpuNumber, entry.At) is TlbiInstruction && !entry.Has(EntryProgress.Other)
            && order.BeforeOther.IsEmpty && order.Address is not null)
        {
            Add(PerformOther(state, cpuNumber, at, entry), into);
        }
    }

    private static ReadOnlySpan<Guess> GuessesOf(in EntryOrder order) => order.Access switch
    {
        { Compares: true } => [Guess.Holds, Guess.Fails, Guess.Rewrites],
        { IsExclusiveStore: true } when order.Exclusive < -1 => [Guess.Fails],
        _ => [Guess.Holds, Guess.Fails],
    };

    private void Access(WindowState state, int cpuNumber, int at, ExplicitAccess access, List<WindowState> into)
    {
        var entry = state.Cpus[cpuNumber].Entries[at];
        ref readonly var order = ref state.Cpus[cpuNumber].Order!.Entries[at];
        if (!entry.Has(EntryProgress.Walked))
        {
            if (order.Address is { Kind: LitmusValueKind.Address } && order.BeforeWalk.IsEmpty)
                walks.Perform(state, cpuNumber, at, into);
            return;
        }

        if (entry.Fault != LitmusFault.None)
        {
            if (!entry.Has(EntryProgress.Other) && order.BeforeOther.IsEmpty)
                Add(PerformOther(state, cpuNumber, at, entry), into);
            return;
        }

        if (entry.IsUpdating && order.BeforeOther.IsEmpty)
            Add(updates.Perform(state, cpuNumber, at), into);
        if (access.Reads && !entry.Has(EntryProgress.Read) && order.BeforeRead.IsEmpty)
            reads.Perform(state, cpuNumber, at, into);
        if (order.Writes && !entry.Has(EntryProgress.Written) && order.BeforeWrite.IsEmpty)
            Add(writes.Perform(state, cpuNumber, at), into);
    }

    // A fault or a TLBI that completes earlier TLBIs.
    private WindowState? PerformOther(WindowState state, int cpuNumber, int at, WindowEntry entry)
    {
        var next = state.Copy();
        ref readonly var order = ref state.Cpus[cpuNumber].Order!.Entries[at];
        if (!tlbis.TryComplete(next, cpuNumber, order.Completes))
            return null;
        next.Change(cpuNumber).Entries[at] = programs.Of(cpuNumber, entry.At) is TlbiInstruction tlbi
            ? settling.Issued(entry, tlbi, order.Address!.Value, state.Memory)
            : entry with { Progress = entry.Progress | EntryProgress.Other };
        return next;
    }

    private static void Add(WindowState? next, List<WindowState> into)
    {
        if (next is not null)
            into.Add(next);
    }
}
