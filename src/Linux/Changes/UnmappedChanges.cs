using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Linux.Maps;

namespace Orleans.Mmu.Linux.Changes;

/// <summary>
/// Changes of linear addresses where nothing is mapped: the kernel changes nothing then, and says nothing.
/// </summary>
public static class UnmappedChanges
{
    /// <param name="map">The linear map before the changes.</param>
    public static IEnumerable<MapChange> Of(KernelMap map, TranslationGeometry geometry, IEnumerable<MapChange> changes)
    {
        List<(VirtualAddress Start, VirtualAddress End)> mapped = [];
        foreach (var run in map.Leaves())
        {
            if (mapped.Count > 0 && mapped[^1].End == run.Start)
                mapped[^1] = mapped[^1] with { End = run.End(geometry) };
            else
                mapped.Add((run.Start, run.End(geometry)));
        }

        ulong page = geometry.Granule.PageSize;
        return changes.Where(c => c is { Kind: not MapChangeKind.NewArea, Area: null }
            && !Overlaps(mapped, c.Start, c.Start + (ulong)c.Pages * page));
    }

    private static bool Overlaps(
        List<(VirtualAddress Start, VirtualAddress End)> mapped, VirtualAddress start, VirtualAddress end)
    {
        var (low, high) = (0, mapped.Count);
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (mapped[middle].End <= start)
                low = middle + 1;
            else
                high = middle;
        }

        return low < mapped.Count && mapped[low].Start < end;
    }
}
