using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Choices;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Linux.Calls;
using Orleans.Mmu.Linux.Machines;
using Orleans.Mmu.Linux.Protocols;
using Orleans.Mmu.Linux.Splitting;
using Orleans.Mmu.Speculation.Scenarios;
using Orleans.Mmu.Speculation.Work;
using Orleans.Mmu.Tests.Linux;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Tests.Checking;

/// <summary>A booted kernel and its CPUs without grains: calls, flushes, loads and stores, one after another.</summary>
internal sealed class RunningKernel
{
    private readonly List<(KernelCpu Cpu, LoadsAndStores Work)> _cpus;

    public RunningKernel(MachineDescription machine)
    {
        var map = PaintedMap.Of(machine);
        Tables = map.Final;
        Memory = KernelMemory.AfterBoot(machine, map.Painter);
        _cpus = [.. Enumerable.Range(0, machine.Cpus.Length).Select(id =>
        {
            var cpu = new KernelCpu(machine, id);
            cpu.PowerOn();
            return (cpu, new LoadsAndStores(cpu));
        })];
    }

    public KernelMemory Memory { get; }

    public TableSnapshot Tables { get; private set; }

    public List<Violation> Violations { get; } = [];

    /// <summary>Performs a call in all its parts; between two parts every CPU speculates.</summary>
    /// <param name="flush">False: the call returns without its TLBI.</param>
    /// <returns>The result of the last part.</returns>
    public KernelCallResult Call(KernelCall call, bool flush = true)
    {
        var result = Part(call, flush);
        for (ulong seed = 1; result.GoesOn; seed++)
        {
            var plan = WorkPlan.Of(Memory, seed, 64);
            _cpus.ForEach(c => c.Work.Speculate(plan, Tables));
            result = Part(call, flush);
        }

        return result;
    }

    private KernelCallResult Part(KernelCall call, bool flush)
    {
        var editor = new TableEditor(Tables);
        var result = Memory.Perform(editor, call);
        Tables = editor.Publish();
        foreach (var operation in flush ? result.Flushes : [])
            _cpus.ForEach(c => c.Cpu.Processor.CompleteBroadcast(operation));
        return result;
    }

    /// <summary>Performs a whole scenario; every CPU works before and after each call.</summary>
    /// <returns>What the calls returned that did not succeed.</returns>
    public IReadOnlyList<string> Play(
        Scenario scenario, ulong seed, bool flush = true, Action<KernelCall>? after = null)
    {
        var context = new ScenarioContext(seed, Memory.Kernel.Machine);
        var refused = new List<string>();
        int calls = 0;
        context.FreePages = Memory.Frames.Free;
        foreach (var call in scenario.Calls(context))
        {
            ulong plan = context.Choice.Bits(Purpose.Access, calls++);
            Work(plan);
            var result = Call(call, flush);
            Work(plan);
            if (result.Error != KernelError.None)
                refused.Add($"{call}: {result.Error.Name()}");
            refused.AddRange(result.Warnings);
            context.FreePages = Memory.Frames.Free;
            context.LastArea = Memory.LastArea;
            context.LastPages = [.. (Memory.Areas.GetValueOrDefault(Memory.LastArea)?.Pages ?? []).Take(8)];
            context.LastError = result.Error;
            after?.Invoke(call);
        }

        return refused;
    }

    public void Work(ulong seed, int count = 64)
    {
        var plan = WorkPlan.Of(Memory, seed, count);
        foreach (var (_, work) in _cpus)
            Violations.AddRange(work.Perform(plan, Tables, loadsOnly: false));
    }

    /// <summary>Writes the word of an address at a level, past all rules.</summary>
    public void Poke(VirtualAddress va, Func<Descriptor, Level, Descriptor> change)
    {
        var editor = new TableEditor(Tables);
        var table = editor.EditRoot(Memory.Kernel.Swapper);
        int index = editor.Geometry.Index(va, table.Level);
        for (; table.Child(index) is not null; index = editor.Geometry.Index(va, table.Level))
            table = editor.EditChild(table, index);
        editor.Write(table, index, change(table[index], table.Level));
        Tables = editor.Publish();
    }
}
