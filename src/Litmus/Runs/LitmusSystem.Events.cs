using Orleans.Mmu.Exploration.Search;
using Orleans.Mmu.Litmus.Machine;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Runs;

/// <summary>Transitions that memory makes by itself, and the events of every transition.</summary>
internal sealed partial class LitmusSystem
{
    /// <summary>The events of a transition, in order.</summary>
    /// <param name="label">The transition's label; −1 for the events before the initial state.</param>
    public IReadOnlyList<LitmusEvent> Narrate(in Bits256 before, int label)
    {
        var events = new List<LitmusEvent>();
        var state = label < 0 ? Beginning() : Unpack(before).Copy();
        if (label >= 0 && (label & MemoryLabels) != 0)
        {
            var (cpu, store) = Perform(state, label);
            events.Add(new(cpu, null, store, state.Copy()));
        }
        else if (label >= 0)
        {
            int cpu = label >> ChoiceBits;
            var instruction = _test.Programs[cpu][state.Cpus[cpu].At];
            _steps.TryStep(state, cpu, label & ((1 << ChoiceBits) - 1), out _);
            events.Add(new(cpu, instruction, null, state.Copy()));
        }

        RunPrivate(state, (cpu, instruction) => events.Add(new(cpu, instruction, null, state.Copy())));
        return events;
    }

    private void AddAfter(LitmusState current, int label, SuccessorBuffer<Bits256> into)
    {
        var next = current.Copy();
        Perform(next, label);
        Add(next, label, into);
    }

    // Performs a store that waits in a buffer, a hardware update that waits, or one for no access.
    private (int Cpu, BufferedStore Store) Perform(LitmusState state, int label)
    {
        int choice = label & ((1 << ChoiceBits) - 1);
        int cpu = (label & ~MemoryLabels) >> ChoiceBits;
        BufferedStore store;
        if ((label & DrainLabel) != 0)
        {
            store = state.Cpus[cpu].Buffer[choice];
            _stores.Drain(state, cpu, choice);
        }
        else
        {
            int word = (label & SpuriousLabel) != 0 ? choice : state.Cpus[cpu].Updates[0].Word;
            if ((label & SpuriousLabel) != 0)
                _hardware.SetAccessFlag(state, word);
            else
                HardwareUpdate.PerformOldest(state, state.Cpus[cpu]);
            int newest = state.Memory.Descriptor(word, state.Memory.Newest(word));
            store = new(true, word, LitmusValue.Descriptor(newest), 0, false, 0);
        }

        _steps.Settle(state, cpu);
        return (cpu, store);
    }
}
