using System.Collections.Immutable;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Linux.MachineFiles;

/// <summary>The sections "memory" and "noMap" of a machine file: ranges of physical addresses.</summary>
internal static class MemorySection
{
    // Firmware describes memory in units of 4K, whatever the kernel's page size is. An end between them is a mistake in
    // writing; one at such a unit is firmware's, and the kernel leaves out the rest of it that is no page
    // (early_init_dt_add_memory_arch).
    private const ulong FirmwarePage = 4096;

    /// <summary>Memory: as below, and every range ends at a multiple of the page size, as those of memblock.memory
    /// do.</summary>
    public static ImmutableArray<MemoryRange> ReadMemory(JsonSource array, int paBits, ulong pageSize)
    {
        var ranges = ReadRanges(array, paBits, pageSize);
        for (int i = 0; i < ranges.Length; i++)
        {
            var end = ranges[i].End;
            var item = array.Items[i];
            if (end.IsAligned(pageSize))
                continue;
            var below = end.AlignDown(pageSize);
            var meant = end.IsAligned(FirmwarePage) && below > ranges[i].Start ? below : end.AlignUp(pageSize);
            throw (item.Optional("size") ?? item.Required("end")).Error(
                $"expected an end that is a multiple of {pageSize >> 10}K, probably {meant}, found {end}");
        }

        return ranges;
    }

    /// <param name="pageSize">The bytes of a page; an end that lacks one byte of a page is an inclusive one.</param>
    public static ImmutableArray<MemoryRange> ReadRanges(JsonSource array, int paBits, ulong pageSize)
    {
        var items = array.AsArray();
        if (items.Count > MachineDescription.MaxRanges)
            throw array.Error($"expected at most {MachineDescription.MaxRanges} ranges, found {items.Count}");
        var ranges = new List<(MemoryRange Range, JsonSource Source)>();
        foreach (var item in items)
        {
            item.WithKeys("start", "end", "size");
            var start = item.Required("start").AsAddress();
            if (item.Optional("end") is not null && item.Optional("size") is { } both)
                throw both.Error("expected \"end\" or \"size\", found both");
            var end = item.Optional("size") is { } size ? start + size.AsSize() : item.Required("end").AsAddress();
            var last = item.Optional("size") ?? item.Required("end");
            if (end <= start)
                throw last.Error($"expected an address above start ({start}), found {end}");
            if ((end + 1).IsAligned(pageSize))
                throw last.Error($"expected an end that is exclusive, probably {end + 1}, found {end}");
            if (end.Value > 1UL << paBits)
                throw last.Error($"expected memory below 2^{paBits}, found {end}");
            ranges.Add((new(start, end), item));
        }

        var sorted = ranges.OrderBy(r => r.Range.Start).ToList();
        for (int i = 1; i < sorted.Count; i++)
        {
            if (sorted[i].Range.Overlaps(sorted[i - 1].Range))
                throw sorted[i].Source.Error(
                    $"expected ranges that do not overlap, found {sorted[i].Range} and {sorted[i - 1].Range}");
        }

        return [.. ranges.Select(r => r.Range)];
    }
}
