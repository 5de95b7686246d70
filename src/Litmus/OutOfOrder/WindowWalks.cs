using Orleans.Mmu.Litmus.Machine;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.OutOfOrder;

/// <summary>
/// Walks. A walk reads any cacheable version that no completed TLBI has removed on its CPU, or the newest version if that
/// is not cacheable (TLBuncacheable-ca).
/// </summary>
internal sealed class WindowWalks(WindowPrograms programs, WindowTranslation translation, WindowTlbis tlbis, bool ets2)
{
    /// <summary>Adds every state that the walk of an entry leads to; its predecessors must be performed.</summary>
    public void Perform(WindowState state, int cpuNumber, int at, List<WindowState> into)
    {
        ref readonly var order = ref state.Cpus[cpuNumber].Order!.Entries[at];
        var completed = state.Copy();
        if (!tlbis.TryComplete(completed, cpuNumber, order.CompletesByWalk))
            return;
        var cpu = completed.Cpus[cpuNumber];
        var access = order.Access!;
        int page = order.Address!.Value.Page;
        int word = translation.WordOf(page);
        if (HasStaleLater(state.Cpus[cpuNumber], at, page, word))
            return;
        uint removed = cpu.RemovedByOthers[word] | cpu.RemovedByItself[word];
        int newest = state.Memory.Newest(word);
        Span<int> outcomes = stackalloc int[newest + 1];
        int count = 0;
        // The newest version of those that lead to the same: the fewest TLBIs remove it.
        for (int version = newest; version >= 0; version--)
        {
            int descriptor = state.Memory.Descriptor(word, version);
            bool cacheable = translation.IsCacheable(descriptor);
            if (cacheable ? (removed & (1u << version)) != 0 : version != newest)
                continue;
            var choice = translation.Of(cpuNumber, word, version, descriptor, access.Kind);
            int outcome = choice.Fault == LitmusFault.None ? choice.Output : -(int)choice.Fault;
            if (outcomes[..count].Contains(outcome) || !CanFault(cpu, at, choice.Fault, order.IsBehindAccess))
                continue;
            outcomes[count++] = outcome;
            var next = completed.Copy();
            Apply(next.Change(cpuNumber), at, choice, order.Address.Value, access);
            into.Add(next);
        }
    }

    private void Apply(WindowCpu cpu, int at, in TranslationChoice choice, LitmusValue address, ExplicitAccess access)
    {
        var entry = cpu.Entries[at];
        entry.Progress |= EntryProgress.Walked;
        entry.Fault = choice.Fault;
        entry.Version = choice.Version;
        if (choice.Fault == LitmusFault.None)
            entry.Cell = programs.Locations.CellOf(choice, address.Offset, access.Instruction);
        else
            cpu.Entries.RemoveRange(at + 1, cpu.Entries.Count - at - 1);
        cpu.Entries[at] = entry;
    }

    // What follows a fault does not happen, so an execution in which a later event came first is one without that event.
    // A CPU faults once in a test whose instructions run again after a fault. With FEAT_ETS2 a walk that leads to a
    // Translation or Access flag fault comes after every earlier access (ets-ob).
    private bool CanFault(WindowCpu cpu, int at, LitmusFault fault, bool isBehindAccess)
    {
        if (fault == LitmusFault.None)
            return true;
        if (ets2 && isBehindAccess && fault is LitmusFault.Translation or LitmusFault.AccessFlag)
            return false;
        if (cpu.Faults.Count > 0)
            return false;
        for (int i = 0; i < cpu.Entries.Count; i++)
        {
            var entry = cpu.Entries[i];
            if (i < at ? entry.Fault != LitmusFault.None
                : i > at && (entry.Version >= 0 || entry.Has(EntryProgress.Read | EntryProgress.Written)))
                return false;
        }

        return true;
    }

    // Whether a later access to the page has used a version that a TLBI of another CPU has removed since: the walk was
    // then due before that TLBI (TLBI-ob).
    private static bool HasStaleLater(WindowCpu cpu, int at, int page, int word)
    {
        for (int i = at + 1; i < cpu.Entries.Count; i++)
        {
            var entry = cpu.Entries[i];
            if (entry.Version >= 0 && entry.Fault == LitmusFault.None && (cpu.RemovedByOthers[word] & (1u << entry.Version)) != 0
                && cpu.Order!.Entries[i].Address is { Kind: LitmusValueKind.Address } address && address.Page == page)
                return true;
        }

        return false;
    }
}
