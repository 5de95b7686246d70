using Orleans.Mmu.Arm;

namespace Orleans.Mmu.Linux;

/// <summary>
/// The life of a linear map up to the end of boot, with nobody else on the machine: map_mem(), the repaint where it is
/// needed, the read-only alias. What the grains do in turns happens here at once.
/// </summary>
public sealed class LinearMapBoot
{
    private LinearMapBoot(MachineDescription machine)
    {
        Machine = machine;
        Painter = new LinearMapPainter(machine);
        var capability = NoAbortCapability.BootCpu(machine.Cpus[0].KernelTrusts(machine.Rules));
        Decision = PaintDecision.Of(machine, capability.Present);
        foreach (var cpu in machine.Cpus.Where((c, i) => i > 0 && !c.Late))
            capability = capability.Secondary(cpu.KernelTrusts(machine.Rules), out _);
        Capability = capability.Finalise();
        Mode = Decision.Mode(Capability.SystemSupports);
        Painted = Painter.Paint(Decision);
        Repainted = Mode == BootMode.Repaint ? Repaint() : Painted;
        Final = Painter.Protect(Repainted);
    }

    public MachineDescription Machine { get; }

    public LinearMapPainter Painter { get; }

    public PaintDecision Decision { get; }

    /// <summary>The capability once all early CPUs are known.</summary>
    public NoAbortCapability Capability { get; }

    public BootMode Mode { get; }

    /// <summary>After map_mem().</summary>
    public TableSnapshot Painted { get; }

    /// <summary>After the repaint, where there is one.</summary>
    public TableSnapshot Repainted { get; }

    /// <summary>As boot leaves it.</summary>
    public TableSnapshot Final { get; }

    /// <exception cref="KernelPanicException">Memory for tables ran out.</exception>
    public static LinearMapBoot Of(MachineDescription machine) => new(machine);

    private TableSnapshot Repaint()
    {
        var editor = new TableEditor(Painted);
        var split = new RangeSplit(editor, Painter.Pages, Painter.Swapper);
        foreach (var range in Enum.GetValues<RepaintRange>())
        {
            if (split.Advance(LinearRange.Of(range, Machine), long.MaxValue).OutOfMemory)
                throw new KernelPanicException("Failed to split linear map");
        }

        return editor.Publish();
    }
}
