using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Import.DeviceTrees;
using Orleans.Mmu.Import.Resources;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Import.Machines;

/// <summary>Memory of a device tree as the kernel takes it over, and what it takes otherwise than the tree has it.
/// </summary>
internal static class TreeMemory
{
    /// <summary>
    /// The layout, null where no node of memory has a whole page. The kernel leaves out a page that is not whole
    /// (early_init_dt_add_memory_arch), and joins nodes that overlap (memblock_add).
    /// </summary>
    public static (MemoryLayout? Layout, IReadOnlyList<string> Warnings) Of(DeviceTree tree, Granule granule)
    {
        List<string> warnings = [.. tree.Warnings];
        var memory = Joined(tree.Memory.Select(m => WholePages(m, granule, warnings)), warnings);
        // Boards reserve memory of devices, too, which is none of the kernel's: memblock_mark_nomap() passes over it.
        var noMap = tree.NoMap.Where(n => memory.Exists(m => m.Range.Overlaps(n.Range)));
        return (memory.Count == 0 ? null : new(
            MemoryLayout.Ordered(tree.File, memory), MemoryLayout.Ordered(tree.File, Joined(noMap, warnings))),
            warnings);
    }

    private static NamedRange WholePages(NamedRange node, Granule granule, List<string> warnings)
    {
        var whole = new MemoryRange(
            node.Range.Start.AlignUp(granule.PageSize), node.Range.End.AlignDown(granule.PageSize));
        if (whole != node.Range)
            warnings.Add($"{node.Place}: {node.Range} does not begin and end at multiples of {granule}; the kernel "
                + "leaves out a page that is not whole");
        return node with { Range = whole };
    }

    private static List<NamedRange> Joined(IEnumerable<NamedRange> ranges, List<string> warnings)
    {
        var joined = new List<NamedRange>();
        foreach (var range in ranges.Where(r => r.Range.Start < r.Range.End).OrderBy(r => r.Range.Start))
        {
            if (joined.Count == 0 || !range.Range.Overlaps(joined[^1].Range))
            {
                joined.Add(range);
                continue;
            }

            var last = joined[^1];
            warnings.Add($"{range.Place}: {range.Range} overlaps {last.Range} ({last.Place}); the kernel joins them");
            joined[^1] = last with { Range = MemoryRange.Merge([last.Range, range.Range])[0] };
        }

        return joined;
    }
}
