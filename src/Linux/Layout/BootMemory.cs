using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Linux.Kernels;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Linux.Layout;

/// <summary>
/// memblock.memory after arm64_memblock_init(): what fits the linear map, and what mem= leaves of that. The kernel
/// image always stays.
/// </summary>
/// <param name="PhysicalOffset">memstart_addr: the PA that PAGE_OFFSET maps.</param>
/// <param name="Ranges">The memory that stays, sorted and joined; NOMAP ranges included.</param>
/// <param name="Removed">The memory that the linear map has no room for.</param>
/// <param name="BeyondLimit">The memory that mem= removes.</param>
public sealed record BootMemory(
    PhysicalAddress PhysicalOffset, IReadOnlyList<MemoryRange> Ranges, IReadOnlyList<MemoryRange> Removed,
    IReadOnlyList<MemoryRange> BeyondLimit)
{
    /// <summary>The kernel's warning about <see cref="Removed"/>.</summary>
    public const string DoesNotFit = "Memory doesn't fit in the linear mapping, VA_BITS too small";

    /// <summary>The memory of a machine after arm64_memblock_init().</summary>
    public static BootMemory Of(MachineDescription machine)
    {
        var fitted = Fit(machine.Memory, machine.Geometry, machine.Image);
        if (machine.PhysicalOffset is { } offset)
            fitted = fitted.At(offset, machine.Geometry);
        return machine.CommandLine.MemoryLimit is { } limit ? fitted.Limit(limit, machine.Image) : fitted;
    }

    /// <summary>
    /// Chooses memstart_addr and removes what does not fit. An image that lies too high moves the map up, and the
    /// memory below the map goes instead.
    /// </summary>
    public static BootMemory Fit(IEnumerable<MemoryRange> memory, TranslationGeometry geometry, KernelImage image)
    {
        var all = MemoryRange.Merge(memory);
        ulong room = LinearMapLayout.RoomOf(geometry);
        ulong alignment = LinearMapLayout.Alignment(geometry.Granule);
        var offset = all[0].Start.AlignDown(alignment);
        var top = offset + room;
        var kept = Between(all, default, top > image.End ? top : image.End);
        if (kept[^1].End > top)
        {
            offset = new PhysicalAddress(kept[^1].End.Value - room).AlignUp(alignment);
            kept = Between(kept, offset, kept[^1].End);
        }

        return new(offset, kept, MemoryRange.Subtract(all, kept), []);
    }

    // A kernel may move the offset down afterwards (randomization, a 52-bit kernel without 52-bit hardware).
    private BootMemory At(PhysicalAddress offset, TranslationGeometry geometry)
    {
        // Compares distances from the offset, because a randomized offset may lie below address 0.
        ulong room = LinearMapLayout.RoomOf(geometry);
        List<MemoryRange> kept = [.. Ranges.Where(r => r.Start - offset < room)
            .Select(r => r.Length <= room - (r.Start - offset) ? r : r with { End = offset + room })];
        return this with
        {
            PhysicalOffset = offset,
            Ranges = kept,
            Removed = MemoryRange.Merge([.. Removed, .. MemoryRange.Subtract(Ranges, kept)]),
        };
    }

    // memblock_mem_limit_remove_map(), then memblock_add() of the image. A limit of 0 removes nothing.
    private BootMemory Limit(ulong limit, KernelImage image)
    {
        ulong left = limit;
        foreach (var range in Ranges)
        {
            if (limit == 0)
                break;
            if (left > range.Length)
            {
                left -= range.Length;
                continue;
            }

            var kept = MemoryRange.Merge(
                [.. Between(Ranges, default, range.Start + left), new(image.Text, image.End)]);
            return this with { Ranges = kept, BeyondLimit = MemoryRange.Subtract(Ranges, kept) };
        }

        return this;
    }

    private static List<MemoryRange> Between(
        IEnumerable<MemoryRange> ranges, PhysicalAddress start, PhysicalAddress end) =>
        [.. ranges.Select(r => new MemoryRange(r.Start > start ? r.Start : start, r.End < end ? r.End : end))
            .Where(r => r.Start < r.End)];
}
