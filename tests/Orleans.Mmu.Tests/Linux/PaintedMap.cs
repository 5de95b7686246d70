using Orleans.Mmu.Arm;
using Orleans.Mmu.Linux;

namespace Orleans.Mmu.Tests.Linux;

/// <summary>A machine's linear map through a whole boot, without anybody to run it.</summary>
internal sealed class PaintedMap
{
    private PaintedMap(MachineDescription machine)
    {
        Machine = machine;
        Painter = new LinearMapPainter(machine);
        var capability = NoAbortCapability.BootCpu(machine.Cpus[0].KernelTrusts(machine.Rules));
        var decision = PaintDecision.Of(machine, capability.Present);
        foreach (var cpu in machine.Cpus.Skip(1).Where(c => !c.Late))
            capability = capability.Secondary(cpu.KernelTrusts(machine.Rules), out _);
        Mode = decision.Mode(capability.Finalise().SystemSupports);
        Painted = Painter.Paint(decision);
        Repainted = Mode == BootMode.Repaint ? Repaint(Painted) : Painted;
        Final = Painter.Protect(Repainted);
    }

    public MachineDescription Machine { get; }

    public LinearMapPainter Painter { get; }

    public BootMode Mode { get; }

    /// <summary>After map_mem().</summary>
    public TableSnapshot Painted { get; }

    /// <summary>After the repaint, where there is one.</summary>
    public TableSnapshot Repainted { get; }

    /// <summary>As boot leaves it.</summary>
    public TableSnapshot Final { get; }

    public static PaintedMap Of(MachineDescription machine) => new(machine);

    /// <summary>Splits both ranges of the repaint.</summary>
    public TableSnapshot Repaint(TableSnapshot tables)
    {
        var editor = new TableEditor(tables);
        var split = new RangeSplit(editor, Painter.Pages, Painter.Swapper);
        foreach (var range in Enum.GetValues<RepaintRange>())
            Assert.False(split.Advance(LinearRange.Of(range, Machine), long.MaxValue).OutOfMemory);
        return editor.Publish();
    }

    public IReadOnlyList<LeafRun> Leaves(TableSnapshot tables) =>
        [.. LeafWalk.Leaves(Machine.Geometry, tables.Root(Painter.Swapper)!, Machine.Geometry.UpperHalfStart)];
}
