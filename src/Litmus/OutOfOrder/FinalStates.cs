using Orleans.Mmu.Litmus.Machine;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.OutOfOrder;

/// <summary>Final states of CPUs out of order in the form of the machine in order, which conditions read.</summary>
internal static class FinalStates
{
    public static LitmusState Of(LitmusTest test, WindowState state)
    {
        var memory = new LitmusMemory(test);
        for (int cell = 0; cell < state.Memory.Cells; cell++)
            memory[cell] = state.Memory[cell];
        for (int word = 0; word < state.Memory.Words; word++)
        {
            if (state.Memory.Newest(word) > 0)
                memory.Store(word, state.Memory.Descriptor(word, state.Memory.Newest(word)));
        }

        return new(memory, [.. state.Cpus.Select(Of)]);
    }

    private static LitmusCpu Of(WindowCpu cpu)
    {
        var final = new LitmusCpu(0, 0, 0);
        cpu.Registers.CopyTo(final.Registers, 0);
        final.Faults.AddRange(cpu.Faults);
        return final;
    }
}
