using System.Collections.Immutable;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Linux.Hotplug;

/// <summary>
/// A removal that has begun. It is performed in parts of one or more steps; between two parts other CPUs go on, in the
/// middle of a contiguous group.
/// </summary>
public sealed class HotRemoval(MemoryRange range, ImmutableArray<RemovalStep> steps)
{
    // A gigabyte of contiguous pages has a quarter of a million steps. Sixteen parts bound the interruptions of a
    // removal of any size.
    private const int MostParts = 16;
    private int _next;

    public MemoryRange Range => range;

    public bool IsDone => _next == steps.Length;

    /// <summary>
    /// The steps of the next part: at least a sixteenth of all, and then up to a step that leaves a group partly
    /// mapped. A removal without such a step has one part.
    /// </summary>
    public IReadOnlyList<RemovalStep> Advance()
    {
        // An odd number, because groups have even numbers of members: each part ends at another member of its group.
        int least = (steps.Length / MostParts) | 1;
        int first = _next;
        while (!IsDone && (_next - first < least || !steps[_next - 1].LeavesGroup))
            _next++;
        return steps[first.._next];
    }
}
