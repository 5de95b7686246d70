using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Linux.Capabilities;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.Machines;
using Orleans.Mmu.Linux.Splitting;

namespace Orleans.Mmu.Linux.Boot;

/// <summary>
/// The life of a linear map up to the end of boot, with no other CPU running: map_mem(), the repaint where it is
/// needed, the read-only alias. What the grains do in turns happens here at once.
/// </summary>
public sealed class LinearMapBoot
{
    private LinearMapBoot(MachineDescription machine)
    {
        Machine = machine;
        Painter = new LinearMapPainter(machine);
        Decision = PaintDecision.OfBootCpu(machine);
        Mode = Decision.Mode(NoAbortCapability.Of(machine).SystemSupports);
        Painted = Painter.Paint(Decision);
        Repainted = Mode == BootMode.Repaint ? Repaint() : Painted;
        Final = Painter.Protect(Repainted);
    }

    public MachineDescription Machine { get; }

    public LinearMapPainter Painter { get; }

    public PaintDecision Decision { get; }

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
