using Orleans.Mmu.Linux.Layout;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Linux.Hotplug;

/// <summary>Memory that could be added to a machine while it runs.</summary>
public static class PluggableMemory
{
    private const ulong Length = 512UL << 20;
    private const ulong Alignment = 1UL << 30;

    /// <summary>
    /// 512 MiB behind all memory, aligned so that no leaf of any page size covers both it and other memory; null if the
    /// linear map or physical addresses end before it.
    /// </summary>
    public static MemoryRange? Of(MachineDescription machine)
    {
        var layout = LinearMapLayout.Of(machine);
        var start = MemoryRange.Merge(machine.Memory)[^1].End.AlignUp(Alignment);
        bool fits = start - layout.PhysicalOffset + Length <= layout.Room
            && (start.Value + Length - 1) >> machine.Geometry.PaBits == 0;
        return fits ? new(start, start + Length) : null;
    }
}
