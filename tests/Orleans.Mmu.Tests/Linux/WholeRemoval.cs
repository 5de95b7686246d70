using System.Collections.Immutable;
using Orleans.Mmu.Linux.Hotplug;
using Orleans.Mmu.Linux.Machines;
using Orleans.Mmu.Linux.Splitting;

namespace Orleans.Mmu.Tests.Linux;

/// <summary>A removal of memory from the first step to the last.</summary>
internal static class WholeRemoval
{
    /// <param name="steps">The steps that were performed.</param>
    public static KernelError Remove(
        this MemoryHotplug hotplug, MemoryRange range, out ImmutableArray<RemovalStep> steps, out string? warning)
    {
        var error = hotplug.PlanRemoval(range, out steps, out warning);
        foreach (var step in steps)
            hotplug.Perform(step);
        return error;
    }
}
