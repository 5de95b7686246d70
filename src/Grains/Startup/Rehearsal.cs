using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Linux.Capabilities;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.MachineFiles;
using Orleans.Mmu.Linux.ProtocolFiles;
using Orleans.Mmu.Linux.Protocols;
using Orleans.Mmu.Linux.Splitting;
using Orleans.Mmu.Speculation.Adversary;

namespace Orleans.Mmu.Grains.Startup;

/// <summary>
/// Performs a boot of two CPUs once, without grains. A process that boots one machine and ends spends most of its time
/// in the JIT compiler; the rehearsal compiles the core on another processor while the silo starts.
/// </summary>
public static class Rehearsal
{
    public static void Perform()
    {
        var machine = MachineFile.Parse("rehearsal", BuiltInMachines.Find("asymmetric")!);
        var painter = new LinearMapPainter(machine);
        var painted = painter.Paint(PaintDecision.Of(machine, bootCpuSplitsLive: true));
        var plan = SpeculationPlan.ForRepaint(machine, painted, seed: 0);
        var cpu = new SpeculatingCpu(machine, plan.Hunter);
        cpu.Cpu.PowerOn();
        cpu.Look(plan, new(1, "", painted, painted));
        foreach (var phase in RepaintProtocols.IdmapReserved.Phases.Where(p => p.Role == Role.Secondaries))
            cpu.Perform(phase.Steps, plan, new(2, "", painted, painted));

        var editor = new TableEditor(painted);
        new RangeSplit(editor, painter.Pages, painter.Swapper).Advance(
            LinearRange.Of(RepaintRange.AboveRodata, machine), budget: 600);
        var split = editor.Publish();
        cpu.Look(plan, new(3, "", painted, split));
        cpu.Audit(split);
        LeafCensus.Of(painter.Protect(split), painter.Swapper);
    }
}
