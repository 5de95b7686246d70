using Orleans.Mmu.Inputs;
using Orleans.Mmu.Litmus.Machine;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.OutOfOrder;

/// <summary>
/// Updates of AF and dirty state by hardware ([HU]). An update is an event of its own, which may be performed before or
/// after the access that needs it; no CPU writes the word between the walk and the update (atomic).
/// </summary>
internal sealed class WindowUpdates(
    WindowPrograms programs, WindowTranslation translation, WindowTlbis tlbis, HardwareUpdate hardware)
{
    /// <summary>Whether hardware has read a word and has yet to write it.</summary>
    public static bool IsBusy(WindowState state, int word, WindowTranslation translation)
    {
        foreach (var cpu in state.Cpus)
        {
            for (int at = 0; at < cpu.Entries.Count; at++)
            {
                if (cpu.Entries[at].IsUpdating && WordOf(cpu, at, translation) == word)
                    return true;
            }
        }

        return false;
    }

    /// <summary>Performs the update of an entry whose predecessors are performed; null where it must wait.</summary>
    public WindowState? Perform(WindowState state, int cpuNumber, int at)
    {
        var before = state.Cpus[cpuNumber];
        int word = WordOf(before, at, translation);
        int location = translation.LocationOfWord(word);
        if (WindowWrites.IsBetweenAtomic(state, WindowEntry.None, location))
            return null;
        var next = state.Copy();
        if (!tlbis.TryComplete(next, cpuNumber, before.Order!.Entries[at].CompletesByWalk))
            return null;
        var cpu = next.Change(cpuNumber);
        cpu.Entries[at] = cpu.Entries[at] with { Progress = cpu.Entries[at].Progress | EntryProgress.Updated };
        Write(state, next, cpuNumber, word, cpu.Entries[at].Update);
        return next;
    }

    /// <summary>
    /// Adds the states in which hardware sets an AF for no access: once for the first value and for each store of a
    /// valid descriptor with AF 0, if some CPU has such hardware.
    /// </summary>
    public void AddSpurious(WindowState state, List<WindowState> into)
    {
        if (!hardware.IsPresent)
            return;
        var test = programs.Test;
        for (int word = 0; word < state.Memory.Words; word++)
        {
            var held = test.Names.Descriptors[state.Memory.Descriptor(word, state.Memory.Newest(word))];
            if (held is not { Valid: true, Af: false, Output: not null }
                || IsBusy(state, word, translation)
                || WindowWrites.IsBetweenAtomic(state, WindowEntry.None, translation.LocationOfWord(word)))
                continue;
            var next = state.Copy();
            Write(state, next, WindowEntry.None, word, test.Number(held with { Af = true }));
            into.Add(next);
        }
    }

    private void Write(WindowState before, WindowState next, int writer, int word, int descriptor)
    {
        if (before.Memory.Newest(word) + 1 == LitmusMemory.MaxVersions)
            throw new InputException(
                programs.Test.Source, 1,
                $"expected at most {LitmusMemory.MaxVersions - 1} stores to {programs.Test.Names.WordName(word)} in " +
                "one run, found more by hardware");
        int location = translation.LocationOfWord(word);
        next.Memory = before.Memory.With(location, LitmusValue.Descriptor(descriptor));
        WindowWrites.MarkOverwritten(before, next, writer, location);
    }

    private static int WordOf(WindowCpu cpu, int at, WindowTranslation translation) =>
        translation.WordOf(cpu.Order!.Entries[at].Address!.Value.Page);
}
