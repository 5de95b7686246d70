using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Linux.Capabilities;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.Machines;
using Orleans.Mmu.Linux.Splitting;

namespace Orleans.Mmu.Linux.Calls;

/// <summary>The result of a change to the tables.</summary>
/// <param name="Tables">The tables after the change; null if the kernel panicked before any were published.</param>
/// <param name="Panic">The message of a kernel panic, or null.</param>
/// <param name="Split">How far a split got.</param>
/// <param name="Call">What a kernel call returned.</param>
/// <param name="Stored">Descriptors that a rewrite to non-global leaves stored.</param>
public sealed record ChangedTables(
    TableSnapshot? Tables, string? Panic = null, SplitProgress Split = default, KernelCallResult? Call = null,
    long Stored = 0);

/// <summary>
/// The tables of one kernel through all its changes. A change is computed first and kept afterwards, so that its log
/// can be written in between. The same changes in the same order make the same tables, bit for bit and version for
/// version; lost tables are rebuilt in this way.
/// </summary>
public sealed class KernelTables(MachineDescription machine)
{
    private KernelMemory? _memory;

    public LinearMapPainter Painter { get; } = new(machine);

    /// <summary>The tables after the last change that was kept; null before painting.</summary>
    public TableSnapshot? Current { get; private set; }

    /// <summary>The memory of the running kernel.</summary>
    /// <remarks>Available after boot, because it takes the pages that boot left.</remarks>
    public KernelMemory Memory => _memory ??= KernelMemory.AfterBoot(machine, Painter);

    /// <summary>Whether <see cref="Memory"/> was ever used.</summary>
    public bool HasMemory => _memory is not null;

    /// <summary>map_mem().</summary>
    public ChangedTables Paint(PaintDecision decision) => Panicking(() => new(Painter.Paint(decision)));

    /// <summary>A part of range_split_to_ptes(), from <paramref name="from"/> on.</summary>
    /// <param name="from">The first address not yet visited; 0 for the start of the range.</param>
    /// <param name="budget">The most blocks to replace.</param>
    public ChangedTables Split(RepaintRange range, ulong from, long budget)
    {
        var whole = Painter.Repainted(range);
        var editor = new TableEditor(Ready());
        var progress = new RangeSplit(editor, Painter.Pages, Painter.Swapper)
            .Advance(from == 0 ? whole : whole with { Start = new(from) }, budget);
        return new(editor.Publish(), Split: progress);
    }

    /// <summary>kpti_install_ng_mappings().</summary>
    public ChangedTables MakeNotGlobal() => new(Painter.MakeNotGlobal(Ready(), out long stored), Stored: stored);

    /// <summary>mark_linear_text_alias_ro() and mark_rodata_ro().</summary>
    public ChangedTables Protect()
    {
        var tables = Ready();
        return Panicking(() => new(Painter.Protect(tables)));
    }

    /// <summary>A call of the running kernel. The stores that it made before a panic are in the tables.</summary>
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

    /// <summary>Makes the tables of a change the current ones.</summary>
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
