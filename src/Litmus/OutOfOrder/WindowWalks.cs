using Orleans.Mmu.Litmus.Machine;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.OutOfOrder;

/// <summary>
/// Walks. A walk reads any cacheable version that no completed TLBI has removed on its CPU, or the newest version if
/// that is not cacheable (TLBuncacheable-ca) or if hardware updates it: walk and update are one atomic pair.
/// </summary>
internal sealed class WindowWalks(WindowPrograms programs, WindowTranslation translation, WindowTlbis tlbis, bool ets2)
{
    private readonly List<TranslationChoice> _choices = [];

    /// <summary>Adds every state that the walk of an entry leads to; its predecessors must be performed.</summary>
    public void Perform(WindowState state, int cpuNumber, int at, List<WindowState> into)
    {
        var order = state.Cpus[cpuNumber].Order!.Entries[at];
        var completed = state.Copy();
        if (!tlbis.TryComplete(completed, cpuNumber, order.CompletesByWalk))
            return;
        var cpu = completed.Cpus[cpuNumber];
        int page = order.Address!.Value.Page;
        int word = translation.WordOf(page);
        bool isStale = HasStaleLater(state.Cpus[cpuNumber], at, order.Address.Value, word);
        bool isBusy = WindowUpdates.IsBusy(state, word, translation);
        uint removed = cpu.RemovedByOthers[word] | cpu.RemovedByItself[word];
        int newest = state.Memory.Newest(word);
        _choices.Clear();
        // The newest version of those that lead to the same: the fewest TLBIs remove it.
        for (int version = newest; version >= 0; version--)
        {
            int descriptor = state.Memory.Descriptor(word, version);
            var choice = translation.Of(
                cpuNumber, word, version, descriptor, order.Access!.Kind, order.InHandler);
            bool isNewest = version == newest && (choice.Update is null || !isBusy);
            if (choice.Update is not null || !translation.IsCacheable(descriptor)
                ? !isNewest : (removed & (1u << version)) != 0)
                continue;
            if (_choices.Exists(c => c.Fault == choice.Fault && c.Output == choice.Output && c.Update == choice.Update)
                || (choice.Fault == LitmusFault.None
                    ? isStale || !FitsReads(cpu, at, order, CellOf(choice, order))
                    : !CanFault(cpu, at, choice.Fault, order)))
                continue;
            _choices.Add(choice);
            Add(completed, cpuNumber, at, choice, order, onlyFails: false, into);
            // The dirty state need not be set for a CAS that fails.
            if (order.Access.Compares && choice.Update is { Db: true } && !IsWritable(descriptor))
                Add(completed, cpuNumber, at, AsLoad(choice, descriptor), order, onlyFails: true, into);
        }
    }

    private bool IsWritable(int descriptor) => programs.Test.Names.Descriptors[descriptor].Db;

    private TranslationChoice AsLoad(TranslationChoice choice, int descriptor)
    {
        var held = programs.Test.Names.Descriptors[descriptor];
        return choice with { Update = held.Af ? null : held with { Af = true } };
    }

    private void Add(
        WindowState completed, int cpuNumber, int at, in TranslationChoice choice, in EntryOrder order, bool onlyFails,
        List<WindowState> into)
    {
        var next = completed.Copy();
        var cpu = next.Change(cpuNumber);
        var entry = cpu.Entries[at];
        entry.Progress |= EntryProgress.Walked;
        entry.Fault = choice.Fault;
        entry.Version = choice.Version;
        entry.OnlyFails = onlyFails;
        if (choice.Update is { } update)
            entry.Update = programs.Test.Number(update);
        if (choice.Fault == LitmusFault.None)
            entry.Location = CellOf(choice, order);
        else
            cpu.Entries.RemoveRange(at + 1, cpu.Entries.Count - at - 1);
        cpu.Entries[at] = entry;
        into.Add(next);
    }

    private int CellOf(in TranslationChoice choice, in EntryOrder order) =>
        programs.Locations.CellOf(choice, order.Address!.Value.Offset, order.Access!.Instruction);

    // Whether later reads have taken what an access to a location leaves them: its own value where it was forwarded to
    // them, and no older one (coWR).
    private static bool FitsReads(WindowCpu cpu, int at, in EntryOrder order, int location)
    {
        bool writes = order is { Writes: true, IsOpen: false };
        for (int i = at + 1; i < cpu.Entries.Count; i++)
        {
            var entry = cpu.Entries[i];
            if (!entry.Has(EntryProgress.Read))
                continue;
            bool isSame = cpu.Order!.Entries[i].Location == location;
            if (entry.Source == at ? !isSame : writes && isSame && entry.Source < at)
                return false;
        }

        return true;
    }

    // What follows a fault does not happen, so an execution in which a later event came first is one without it. With
    // FEAT_ETS2 a walk that leads to a Translation or Access flag fault comes after every earlier access; with
    // FEAT_ETS3 so does that of every fault (ets-ob).
    private bool CanFault(WindowCpu cpu, int at, LitmusFault fault, in EntryOrder order)
    {
        if (!order.CanFault)
            return false;
        bool waits = programs.Test.Variant.Ets3
            || (ets2 && fault is LitmusFault.Translation or LitmusFault.AccessFlag);
        if (waits && order.IsBehindAccess)
            return false;
        for (int i = at + 1; i < cpu.Entries.Count; i++)
        {
            var entry = cpu.Entries[i];
            if (entry.Version >= 0 || entry.Has(EntryProgress.Read | EntryProgress.Written))
                return false;
        }

        return true;
    }

    // Whether a later access to the address has used a version that a TLBI of another CPU has removed since: the walk
    // was then due before that TLBI (TLBI-ob). herd relates accesses to one virtual address so, but no access with a
    // fault and none to another word of the page.
    private static bool HasStaleLater(WindowCpu cpu, int at, LitmusValue address, int word)
    {
        for (int i = at + 1; i < cpu.Entries.Count; i++)
        {
            var entry = cpu.Entries[i];
            if (entry.Version >= 0 && entry.Fault == LitmusFault.None
                && (cpu.RemovedByOthers[word] & (1u << entry.Version)) != 0
                && cpu.Order!.Entries[i].Address == address)
                return true;
        }

        return false;
    }
}
