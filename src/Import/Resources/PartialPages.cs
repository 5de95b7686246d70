using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Import.Resources;

/// <summary>
/// Memory that the linear map leaves out (NOMAP) and that does not begin and end with a page. Firmware reserves 4K,
/// which is less than a page of other kernels. __create_pgd_mapping() maps every page of which a part is memory, and
/// /proc/iomem and boot messages list only whole pages of it.
/// </summary>
internal static class PartialPages
{
    /// <summary>The layout in whole pages, as the kernel maps them.</summary>
    /// <param name="warnings">Receives a line for each range that is not whole.</param>
    public static MemoryLayout Of(string file, MemoryLayout layout, Granule granule, List<string> warnings)
    {
        ulong page = granule.PageSize;
        List<NamedRange> memory = [.. layout.Memory], noMap = [];
        foreach (var merged in MemoryRange.Merge(layout.NoMap.Select(n => n.Range)))
        {
            List<NamedRange> parts = [.. layout.NoMap.Where(n => merged.Contains(n.Range))];
            if (parts.TrueForAll(p => IsWhole(p.Range, page)))
            {
                noMap.AddRange(parts);
                continue;
            }

            if (!IsWhole(merged, page))
                warnings.Add($"{parts[0].Place}: {merged} does not begin and end at multiples of {granule}; the kernel "
                    + "maps the pages of which a part is other memory");
            memory.RemoveAll(m => parts.Exists(p => p.Range == m.Range));
            memory.AddRange(Missing(memory, new(merged.Start.AlignDown(page), merged.End.AlignUp(page)))
                .Select(r => parts[0] with { Range = r }));
            if (merged.Start.AlignUp(page) is var start && merged.End.AlignDown(page) is var end && start < end)
                noMap.Add(parts[0] with { Range = new(start, end) });
        }

        return new(MemoryLayout.Ordered(file, memory), MemoryLayout.Ordered(file, noMap));
    }

    /// <summary>
    /// A line where NOMAP ranges of one large page lie beside memory: /proc/iomem has them rounded to whole pages
    /// (request_standard_resources), so that firmware's 4K look like this, and such a page is mapped.
    /// </summary>
    public static IEnumerable<string> SinglePages(MemoryLayout layout, Granule granule)
    {
        if (granule == Granule.K4)
            yield break;
        List<NamedRange> single = [.. layout.NoMap.Where(n => n.Range.Length == granule.PageSize
            && n.Range.Start.IsAligned(granule.PageSize)
            && layout.Memory.Any(m => m.Range.End == n.Range.Start || m.Range.Start == n.Range.End))];
        if (single.Count > 0)
            yield return $"{single[0].Place}: {single[0].Range} is one page of {granule}, to which the kernel rounds a "
                + "smaller range; then it maps the page, and noMap is too large"
                + (single.Count > 1 ? $" (so for {Counted.Of(single.Count - 1, "other range")})" : "");
    }

    private static bool IsWhole(MemoryRange range, ulong page) =>
        range.Start.IsAligned(page) && range.End.IsAligned(page);

    // Memory begins and ends with a page, so that the rest of a page beside memory is memory; a range that is reserved
    // elsewhere lies outside of it.
    private static IReadOnlyList<MemoryRange> Missing(List<NamedRange> memory, MemoryRange pages) =>
        memory.Exists(m => m.Range.End >= pages.Start && m.Range.Start <= pages.End)
            ? MemoryRange.Subtract([pages], memory.Select(m => m.Range)) : [];
}
