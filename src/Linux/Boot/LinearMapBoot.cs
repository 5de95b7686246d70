using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Linux.Capabilities;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.Machines;
using Orleans.Mmu.Linux.Splitting;

namespace Orleans.Mmu.Linux.Boot;

/// <summary>
/// The linear map of a machine up to the end of boot, with no other CPU running: map_mem(), the repaint if the machine
/// needs one, the rewrite to non-global leaves, and the read-only alias. The grains do the same over many turns.
/// </summary>
public sealed class LinearMapBoot
{
    private LinearMapBoot(MachineDescription machine)
    {
        Machine = machine;
        Painter = new LinearMapPainter(machine);
        Decision = PaintDecision.OfBootCpu(machine);
        Why = ModeReason.Of(machine);
        Painted = Painter.Paint(Decision);
        Repainted = Mode == BootMode.Repaint ? Repaint() : Painted;
        Isolation = KernelIsolation.Of(machine);
        Isolated = Isolation.Rewrites ? Painter.MakeNotGlobal(Repainted, out _) : Repainted;
        Final = Painter.Protect(Isolated);
    }

    public MachineDescription Machine { get; }

    public LinearMapPainter Painter { get; }

    public PaintDecision Decision { get; }

    public BootMode Mode => Why.Mode;

    /// <summary>Why the mode is what it is.</summary>
    public ModeReason Why { get; }

    /// <summary>Whether the kernel's leaves are global, and why.</summary>
    public KernelIsolation Isolation { get; }

    /// <summary>The tables after map_mem().</summary>
    public TableSnapshot Painted { get; }

    /// <summary>The tables after the repaint; equal to <see cref="Painted"/> if there is none.</summary>
    public TableSnapshot Repainted { get; }

    /// <summary>
    /// The tables after kpti_install_ng_mappings(); equal to <see cref="Repainted"/> where that has nothing to do.
    /// </summary>
    public TableSnapshot Isolated { get; }

    /// <summary>Blocks that the repaint replaced by tables; 0 if there is none.</summary>
    public long SplitBlocks { get; private set; }

    /// <summary>The tables at the end of boot.</summary>
    public TableSnapshot Final { get; }

    /// <exception cref="KernelPanicException">Memory for tables ran out.</exception>
    public static LinearMapBoot Of(MachineDescription machine) => new(machine);

    private TableSnapshot Repaint()
    {
        var editor = new TableEditor(Painted);
        var split = new RangeSplit(editor, Painter.Pages, Painter.Swapper);
        foreach (var range in Enum.GetValues<RepaintRange>())
        {
            var progress = split.Advance(LinearRange.Of(range, Machine), long.MaxValue);
            SplitBlocks += progress.Blocks;
            if (progress.OutOfMemory)
                throw new KernelPanicException("Failed to split linear map");
        }

        return editor.Publish();
    }
}
