using System.Collections.Immutable;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Choices;
using Orleans.Mmu.Linux.Calls;
using Orleans.Mmu.Linux.Machines;
using Orleans.Mmu.Linux.Vmalloc;

namespace Orleans.Mmu.Speculation.Work;

/// <summary>A page that code on a CPU uses, with the kernel's promise for it.</summary>
/// <param name="Address">The page's address.</param>
/// <param name="Page">The memory that it must map.</param>
public readonly record struct WorkItem(VirtualAddress Address, PhysicalAddress Page, PageAccess Promise);

/// <summary>
/// Pages for CPUs to load from and store to, chosen by a seed: areas, their aliases, memory that comes and goes, and
/// any memory.
/// </summary>
public sealed record WorkPlan(ulong Seed, ImmutableArray<WorkItem> Items)
{
    /// <summary>
    /// The same seed chooses the same pages as long as the areas are the same, so that each CPU uses the same pages
    /// before and after a change.
    /// </summary>
    /// <param name="count">Number of accesses.</param>
    public static WorkPlan Of(KernelMemory memory, ulong seed, int count)
    {
        var choice = new SeededChoice(seed);
        var areas = memory.Areas.OrderBy(a => a.Key).Select(a => a.Value).ToList();
        var (leaving, plugged, removed) = (memory.Present.Leaving, memory.Present.Plugged, memory.Present.Removed);
        var items = ImmutableArray.CreateBuilder<WorkItem>(count);
        for (int i = 0; i < count; i++)
        {
            var item = areas.Count > 0 && i % 3 != 0
                ? OfArea(
                    memory, areas[choice.Index(areas.Count, Purpose.Area, i)], choice.Bits(Purpose.Page, i),
                    alias: i % 3 == 1)
                : leaving is { Length: > 0 } range && i % 3 != 0
                    ? OfLeaving(memory, range, choice.Bits(Purpose.Page, i))
                : plugged.Count > 0 && i % 3 != 0
                    ? OfPlugged(memory, plugged[i % plugged.Count], choice.Bits(Purpose.Page, i))
                : removed.Count > 0 && i % 3 != 0
                    ? OfRemoved(memory, removed[i % removed.Count], choice.Bits(Purpose.Page, i))
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

    private static WorkItem OfPlugged(KernelMemory memory, MemoryRange range, ulong bits) =>
        At(memory, AnyPage(memory, range, bits));

    // Half of them are the first page that is still mapped: a walk of it may cache its group, whose beginning is gone.
    private static WorkItem OfLeaving(KernelMemory memory, MemoryRange range, ulong bits) =>
        At(memory, (bits & 1) == 0 ? range.Start : AnyPage(memory, range, bits));

    // Half of them are the last page that was unmapped before other CPUs went on.
    private static WorkItem OfRemoved(KernelMemory memory, MemoryRange range, ulong bits)
    {
        ulong size = memory.Kernel.Machine.Geometry.Granule.PageSize;
        var page = (bits & 1) == 0 ? range.Start + (range.Length - size) : AnyPage(memory, range, bits);
        return new(memory.Kernel.Layout.ToVirtual(page), page, PageAccess.Invalid);
    }

    private static PhysicalAddress AnyPage(KernelMemory memory, MemoryRange range, ulong bits)
    {
        ulong size = memory.Kernel.Machine.Geometry.Granule.PageSize;
        return range.Start + bits % (range.Length / size) * size;
    }

    private static WorkItem OfMemory(KernelMemory memory, ulong bits) => At(memory, memory.Frames.Any(bits));

    private static WorkItem At(KernelMemory memory, PhysicalAddress page)
    {
        var address = memory.Kernel.Layout.ToVirtual(page);
        return new(address, page, memory.Expected.Of(address));
    }
}
