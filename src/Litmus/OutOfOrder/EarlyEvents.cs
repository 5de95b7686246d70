using Orleans.Mmu.Litmus.Machine;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.OutOfOrder;

/// <summary>
/// Finds an event that may as well come before every other one, so that no other order need be explored: a read or a
/// walk behind nothing of its own CPU that is not performed, of a location that no other CPU may still store to. A
/// read then takes the same value at every moment. A walk has at least the choices that it has later, since TLBIs only
/// remove versions; a version that it has later is removed by no TLBI that is complete by then, so that no TLBI waits
/// for the access. Neither keeps another event from being performed.
/// </summary>
internal sealed class EarlyEvents(WindowTranslation translation, HardwareUpdate hardware, RemainingStores stores)
{
    /// <summary>The CPU and the entry of such an event; null for none.</summary>
    public (int Cpu, int At)? Find(WindowState state)
    {
        for (int cpu = 0; cpu < state.Cpus.Length; cpu++)
        {
            if (!state.Cpus[cpu].IsRunning && FirstAccess(state.Cpus[cpu]) is { } at && IsEarly(state, cpu, at))
                return (cpu, at);
        }

        return null;
    }

    // The entry of the first access that is not performed.
    private static int? FirstAccess(WindowCpu cpu)
    {
        for (int at = 0; at < cpu.Entries.Count; at++)
        {
            var entry = cpu.Entries[at];
            ref readonly var order = ref cpu.Order!.Entries[at];
            if (order.IsBehindAccess || entry.Fault != LitmusFault.None)
                return null;
            if (order.Access is { } access && !(entry.Has(EntryProgress.Walked) && access.IsPerformed(entry)))
                return at;
        }

        return null;
    }

    private bool IsEarly(WindowState state, int cpu, int at)
    {
        var entry = state.Cpus[cpu].Entries[at];
        ref readonly var order = ref state.Cpus[cpu].Order!.Entries[at];
        if (order.IsOpen)
            return false;
        if (!entry.Has(EntryProgress.Walked))
        {
            // With hardware updates, a walk and what it writes are one atomic pair.
            return order.Address is { Kind: LitmusValueKind.Address } address && order.BeforeWalk.IsEmpty
                && order.CompletesByWalk.IsEmpty && !hardware.IsPresent
                && (Others(state, cpu).Words & (1UL << translation.WordOf(address.Page))) == 0;
        }

        return order.Access is { Reads: true, Writes: false } && order.BeforeRead.IsEmpty && order.Completes.IsEmpty
            && order.Location < state.Memory.Cells
            && (Others(state, cpu).Pages & (1UL << order.Location / LitmusMemory.CellsOfPage)) == 0;
    }

    private StoreTargets Others(WindowState state, int reader)
    {
        var targets = default(StoreTargets);
        for (int cpu = 0; cpu < state.Cpus.Length; cpu++)
        {
            if (cpu != reader)
                targets |= stores.Of(state.Cpus[cpu]);
        }

        return targets;
    }
}
