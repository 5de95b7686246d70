using System.Collections.Immutable;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Linux.Hotplug;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.Machines;
using Orleans.Mmu.Linux.Protocols;
using Orleans.Mmu.Linux.RunningKernel;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Checking.Museum;

/// <summary>
/// CPU 0 removes memory that is mapped by contiguous groups, while CPU 1 speculates. The mistake is invisible in the
/// tables, which are right after every step; CPU 1's TLB shows it.
/// </summary>
internal static class RemovalScene
{
    // CPU 1 walks after this many steps: half of a group of 2M blocks.
    private const int StepsBeforeWalk = 8;

    public static void RemovesMemberByMember(MuseumScene scene)
    {
        var (boot, editor, kernel) = MuseumScenes.Start(scene);
        var hotplug = new MemoryHotplug(kernel, editor);
        var memory = new MemoryRange(new(MuseumScenes.Added), new(MuseumScenes.Added + hotplug.BlockSize));
        scene.TellCall($"arch_add_memory({memory})", hotplug.Add(memory), []);
        var added = LinearRangeOf(kernel, memory);
        var cpu = new KernelCpu(boot.Machine, 1);
        cpu.PowerOn();
        scene.Tell($"CPU 1 loads from all of it: {Reached(cpu, editor.Publish(), added).Count} blocks are in its TLB");

        var error = hotplug.PlanRemoval(memory, out var steps, out string? warning);
        Remove(scene, hotplug, editor, cpu, steps);
        scene.TellCall($"offlining and removing {memory}", error, warning is null ? [] : [warning]);
        Judge(scene, cpu, Reached(cpu, editor.Publish(), added));
    }

    private static void Remove(MuseumScene scene, MemoryHotplug hotplug, TableEditor editor, KernelCpu cpu,
        ImmutableArray<RemovalStep> steps)
    {
        scene.Tell(steps.Length == 1
            ? "CPU 0 removes it in one step: every leaf is cleared, then one flush"
            : $"CPU 0 removes it in {steps.Length} steps: a leaf is cleared and flushed, then the next");
        for (int i = 0; i < steps.Length; i++)
        {
            var step = steps[i];
            hotplug.Perform(step);
            var tables = editor.Publish();
            foreach (var flush in step.Flushes)
                cpu.Processor.CompleteBroadcast(flush);
            if (i + 1 != StepsBeforeWalk || !step.LeavesGroup)
                continue;
            var next = step.Range.End;
            var root = cpu.Processor.TtbrFor(next).Value;
            var entry = cpu.Processor.Speculate(tables, root, next, wholeGroup: true, source: 0).Entry;
            scene.Tell($"  step {i + 1}: {step.Range.Start} is cleared; {step.Flushes[0]}; dsb ish");
            scene.Tell($"  CPU 1 walks {next}, a member that is still mapped, and caches its group, "
                + $"{entry.Start}-{entry.Last + 1}");
        }
    }

    // The addresses of leaves from which CPU 1 still reaches memory.
    private static List<VirtualAddress> Reached(KernelCpu cpu, TableSnapshot tables, LinearRange range)
    {
        var reached = new List<VirtualAddress>();
        ulong size = tables.Geometry.Size(Arm.Geometry.Level.L2);
        for (var va = range.Start; va < range.End; va += size)
        {
            if (cpu.Processor.Access(tables, va).ReachedMemory)
                reached.Add(va);
        }

        return reached;
    }

    private static void Judge(MuseumScene scene, KernelCpu cpu, List<VirtualAddress> reached)
    {
        if (reached.Count == 0)
        {
            scene.Tell("loads of CPU 1 from what was removed: every one faults");
            return;
        }

        scene.Tell($"loads of CPU 1 from what was removed: {reached.Count} blocks are still read");
        cpu.Processor.Tlb.TryLookup(reached[0], 0, out var entry);
        scene.Report(new(Property.StaleTranslation, cpu.Id, reached[0],
            $"CPU {cpu.Id} still translates {reached[0]} to {entry.Translate(reached[0])}, which was removed",
            ["no flush that followed names this member of the group: its own flush was over before the walk",
                .. reached.Skip(1).Select(va => $"so it does {va}")]));
    }

    private static LinearRange LinearRangeOf(KernelContext kernel, MemoryRange memory) =>
        new(kernel.Layout.ToVirtual(memory.Start), kernel.Layout.ToVirtual(memory.End));
}
