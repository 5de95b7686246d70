using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Linux.Hotplug;
using Orleans.Mmu.Linux.Machines;
using Orleans.Mmu.Linux.RunningKernel;
using Orleans.Mmu.Linux.Splitting;

namespace Orleans.Mmu.Linux.Calls;

/// <summary>The memory of a running kernel, which is added to and removed from.</summary>
public sealed class PresentMemory(KernelContext kernel)
{
    private HotRemoval? _removal;

    /// <summary>
    /// What the machine booted with, and what was plugged in since; memory that is leaving is not in it.
    /// </summary>
    public IReadOnlyList<MemoryRange> Ranges { get; private set; } = kernel.Layout.Memory(kernel.Machine);

    /// <summary>The memory that was plugged in after boot.</summary>
    public IReadOnlyList<MemoryRange> Plugged => MemoryRange.Subtract(Ranges, kernel.Layout.Memory(kernel.Machine));

    /// <summary>
    /// Memory that was plugged in and removed again, in the parts in which it was unmapped; a part is no longer here
    /// once memory is plugged in there.
    /// </summary>
    public IReadOnlyList<MemoryRange> Removed { get; private set; } = [];

    /// <summary>The memory of a removal that goes on, as far as it is still mapped; null if none goes on.</summary>
    public MemoryRange? Leaving { get; private set; }

    /// <summary>The call whose next part must come before any other call; null if there is none.</summary>
    public HotplugRemove? GoesOn => _removal is { } removal ? new(removal.Range) : null;

    internal KernelError Add(TableEditor editor, MemoryRange range)
    {
        var error = new MemoryHotplug(kernel, editor).Add(range);
        if (error != KernelError.None)
            return error;
        Ranges = MemoryRange.Merge([.. Ranges, range]);
        Removed = MemoryRange.Subtract(Removed, [range]);
        return error;
    }

    /// <summary>Begins a removal, or performs the next part of the one that goes on.</summary>
    /// <param name="flushes">Receives the TLBIs of the part.</param>
    /// <param name="warnings">Receives the message of a notifier that objects.</param>
    internal KernelError Remove(
        TableEditor editor, MemoryRange range, List<TlbiOperation> flushes, List<string> warnings)
    {
        var hotplug = new MemoryHotplug(kernel, editor);
        if (_removal is null)
        {
            var error = hotplug.PlanRemoval(range, out var steps, out string? warning);
            if (warning is not null)
                warnings.Add(warning);
            if (error != KernelError.None)
                return error;
            (_removal, Leaving) = (new(range, steps), range);
            Ranges = MemoryRange.Subtract(Ranges, [range]);
        }

        var part = _removal.Advance();
        foreach (var step in part)
        {
            hotplug.Perform(step);
            flushes.AddRange(step.Flushes);
        }

        Leave(_removal, part);
        return KernelError.None;
    }

    // Moves what a part has unmapped from Leaving to Removed.
    private void Leave(HotRemoval removal, IReadOnlyList<RemovalStep> part)
    {
        var left = Leaving!.Value;
        var end = removal.IsDone ? left.End : kernel.Layout.ToPhysical(part[^1].Range.End);
        Removed = [.. Removed, left with { End = end }];
        _removal = removal.IsDone ? null : removal;
        Leaving = removal.IsDone ? null : left with { Start = end };
    }
}
