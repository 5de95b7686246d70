using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.Machines;
using Orleans.Mmu.Linux.Splitting;

namespace Orleans.Mmu.Linux.Calls;

/// <summary>What a change makes of the tables.</summary>
/// <param name="Tables">The tables with it; null where the kernel panicked before there were any.</param>
/// <param name="Panic">The message of a kernel panic, or null.</param>
/// <param name="Split">How far a split has come.</param>
/// <param name="Call">What a kernel call returned.</param>
public sealed record ChangedTables(
    TableSnapshot? Tables, string? Panic = null, SplitProgress Split = default, KernelCallResult? Call = null);

/// <summary>
/// One kernel's tables through their life. A change is computed first and kept after, so that it can be written down in
/// between; the same changes in the same order make the same tables, bit for bit and version for version, which is how
/// they are made again where they were lost.
/// </summary>
public sealed class KernelTables(MachineDescription machine)
{
    private KernelMemory? _memory;

    public LinearMapPainter Painter { get; } = new(machine);

    /// <summary>The tables with every change that was kept; null before they are painted.</summary>
    public TableSnapshot? Current { get; private set; }

    /// <summary>The memory of the running kernel.</summary>
    /// <remarks>Asked for after boot: it takes the pages that boot has left.</remarks>
    public KernelMemory Memory => _memory ??= KernelMemory.AfterBoot(machine, Painter);

    /// <summary>Whether the running kernel's memory was ever asked for.</summary>
    public bool HasMemory => _memory is not null;

    /// <summary>map_mem().</summary>
    public ChangedTables Paint(PaintDecision decision) => Panicking(() => new(Painter.Paint(decision)));

    /// <summary>A part of range_split_to_ptes().</summary>
    /// <param name="from">The first address not yet visited; 0 for the range's start.</param>
    /// <param name="budget">Blocks to replace at most.</param>
    public ChangedTables Split(RepaintRange range, ulong from, long budget)
    {
        var whole = Painter.Repainted(range);
        var editor = new TableEditor(Ready());
        var progress = new RangeSplit(editor, Painter.Pages, Painter.Swapper)
            .Advance(from == 0 ? whole : whole with { Start = new(from) }, budget);
        return new(editor.Publish(), Split: progress);
    }

    /// <summary>mark_linear_text_alias_ro() and mark_rodata_ro().</summary>
    public ChangedTables Protect()
    {
        var tables = Ready();
        return Panicking(() => new(Painter.Protect(tables)));
    }

    /// <summary>A call of the running kernel. What it stored before a panic is in the tables.</summary>
    public ChangedTables Call(KernelCall call)
    {
        var editor = new TableEditor(Ready());
        try
        {
            var result = Memory.Perform(editor, call);
            return new(editor.Publish(), Call: result);
        }
        catch (KernelPanicException panic)
        {
            return new(editor.Publish(), panic.Message, Call: new(KernelError.None, [], []));
        }
    }

    /// <summary>Makes a change's tables the current ones.</summary>
    public void Keep(ChangedTables change) => Current = change.Tables ?? Current;

    private TableSnapshot Ready() =>
        Current ?? throw new InvalidOperationException($"{machine.Name} has no tables yet");

    private static ChangedTables Panicking(Func<ChangedTables> change)
    {
        try
        {
            return change();
        }
        catch (KernelPanicException panic)
        {
            return new(null, panic.Message);
        }
    }
}
