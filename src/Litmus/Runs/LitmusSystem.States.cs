using Orleans.Mmu.Exploration.Search;
using Orleans.Mmu.Litmus.Machine;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Runs;

/// <summary>States as bits, and the first state.</summary>
internal sealed partial class LitmusSystem
{
    public LitmusState Unpack(in Bits256 bits)
    {
        var cpus = new LitmusCpu[_test.Programs.Length];
        for (int cpu = 0; cpu < cpus.Length; cpu++)
            cpus[cpu] = _cpus[Part(bits, cpu + 1)];
        return new(_memories[Part(bits, 0)], cpus);
    }

    private static uint Part(in Bits256 bits, int part) => (uint)(bits[part / 2] >> (part % 2 * 32));

    private Bits256 Pack(LitmusState state)
    {
        Bits256 bits = default;
        bits[0] = _memories.NumberOf(state.Memory);
        for (int cpu = 0; cpu < state.Cpus.Length; cpu++)
            bits[(cpu + 1) / 2] |= (ulong)_cpus.NumberOf(state.Cpus[cpu]) << ((cpu + 1) % 2 * 32);
        return bits;
    }

    private LitmusState First()
    {
        var state = Beginning();
        var buffer = new SuccessorBuffer<Bits256>();
        Add(state, 0, buffer);
        return state;
    }

    private LitmusState Beginning()
    {
        int cpus = _test.Programs.Length;
        var state = new LitmusState(new LitmusMemory(_test),
            [.. Enumerable.Range(0, cpus).Select(_ => new LitmusCpu(_test.Names.Words.Count, Slots.All.Length, cpus))]);
        foreach (var ((cpu, register), value) in _test.Registers)
            state.Cpus[cpu].Registers[register] = value;
        for (int cpu = 0; cpu < cpus; cpu++)
        {
            state.Cpus[cpu].NewestRoot = _test.Roots.GetValueOrDefault(cpu, LitmusRoot.Swapper);
            state.Cpus[cpu].Roots = state.Cpus[cpu].NewestRoot;
            _steps.Settle(state, cpu);
        }

        return state;
    }
}
