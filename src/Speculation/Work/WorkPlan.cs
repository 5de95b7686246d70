using System.Collections.Immutable;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Choices;
using Orleans.Mmu.Linux.Calls;
using Orleans.Mmu.Linux.Machines;
using Orleans.Mmu.Linux.Vmalloc;

namespace Orleans.Mmu.Speculation.Work;

/// <summary>One page that code on a CPU uses, and what the kernel has promised of it.</summary>
/// <param name="Address">Of the page.</param>
/// <param name="Page">The memory that it must reach.</param>
public readonly record struct WorkItem(VirtualAddress Address, PhysicalAddress Page, PageAccess Promise);

/// <summary>Pages for CPUs to load from and store to, chosen by a seed: areas, their aliases, and any memory.</summary>
public sealed record WorkPlan(ulong Seed, ImmutableArray<WorkItem> Items)
{
    /// <summary>
    /// The same seed chooses the same pages as long as there are the same areas, so that what a CPU has used before a
    /// change it uses again after it.
    /// </summary>
    /// <param name="count">How many accesses.</param>
    public static WorkPlan Of(KernelMemory memory, ulong seed, int count)
    {
        var choice = new SeededChoice(seed);
        var areas = memory.Areas.OrderBy(a => a.Key).Select(a => a.Value).ToList();
        var plugged = memory.Plugged;
        var items = ImmutableArray.CreateBuilder<WorkItem>(count);
        for (int i = 0; i < count; i++)
        {
            var item = areas.Count > 0 && i % 3 != 0
                ? OfArea(memory, areas[choice.Index(areas.Count, Purpose.Area, i)], choice.Bits(Purpose.Page, i), alias: i % 3 == 1)
                : plugged.Count > 0 && i % 3 != 0 ? OfPlugged(memory, plugged[i % plugged.Count], choice.Bits(Purpose.Page, i))
                : OfMemory(memory, choice.Bits(Purpose.Page, i));
            if (item.Promise != PageAccess.Unknown)
                items.Add(item);
        }

        return new(seed, items.ToImmutable());
    }

    private static WorkItem OfArea(KernelMemory memory, VmallocArea area, ulong bits, bool alias)
    {
        var va = area.Start + bits % (ulong)area.Pages.Length * area.PageSize;
        var page = area.PageAt(va);
        var address = alias ? memory.Kernel.Layout.ToVirtual(page) : va;
        return new(address, page, memory.Expected.Of(address));
    }

    private static WorkItem OfPlugged(KernelMemory memory, MemoryRange range, ulong bits)
    {
        ulong size = memory.Kernel.Machine.Geometry.Granule.PageSize;
        return At(memory, range.Start + bits % (range.Length / size) * size);
    }

    private static WorkItem OfMemory(KernelMemory memory, ulong bits) => At(memory, memory.Frames.Any(bits));

    private static WorkItem At(KernelMemory memory, PhysicalAddress page)
    {
        var address = memory.Kernel.Layout.ToVirtual(page);
        return new(address, page, memory.Expected.Of(address));
    }
}
