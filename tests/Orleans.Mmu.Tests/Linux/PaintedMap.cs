using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Linux.Boot;
using Orleans.Mmu.Linux.Capabilities;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.Machines;
using Orleans.Mmu.Linux.Splitting;

namespace Orleans.Mmu.Tests.Linux;

/// <summary>A machine's linear map through a whole boot, and what tests ask of it.</summary>
internal sealed class PaintedMap
{
    private readonly LinearMapBoot _boot;

    private PaintedMap(MachineDescription machine) => _boot = LinearMapBoot.Of(machine);

    public MachineDescription Machine => _boot.Machine;

    public LinearMapPainter Painter => _boot.Painter;

    public BootMode Mode => _boot.Mode;

    public TableSnapshot Painted => _boot.Painted;

    public TableSnapshot Repainted => _boot.Repainted;

    public TableSnapshot Final => _boot.Final;

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

    public IReadOnlyList<LeafSequence> Leaves(TableSnapshot tables) =>
        [.. LeafEnumeration.Leaves(Machine.Geometry, tables.Root(Painter.Swapper)!, Machine.Geometry.UpperHalfStart)];
}
