using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Linux.Layout;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Linux.Protocols;

/// <summary>
/// Where the model puts the stacks of CPUs: in pages of the linear map outside the image, behind it if memory continues
/// there, one for each CPU as long as there are pages. An image that takes all memory holds them itself.
/// </summary>
internal static class KernelStack
{
    /// <summary>The page of a CPU's stack, as the linear map has it.</summary>
    public static VirtualAddress Of(MachineDescription machine, LinearMapLayout layout, int cpu) =>
        layout.ToVirtual(Page(machine, layout, cpu));

    private static PhysicalAddress Page(MachineDescription machine, LinearMapLayout layout, int cpu)
    {
        var image = new MemoryRange(machine.Image.Text, machine.Image.End);
        var free = MemoryRange.Subtract(layout.Memory(machine), [image]);
        if (free.Count == 0)
            return image.Start;
        var range = free.FirstOrDefault(r => r.Start >= image.End, free[0]);
        ulong page = machine.Geometry.Granule.PageSize;
        return range.Start + (ulong)cpu % Math.Max(1, range.Length / page) * page;
    }
}
