using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Linux.LinearMap;

namespace Orleans.Mmu.Linux.Maps;

/// <summary>
/// The DirectMap lines that were proposed for arm64's /proc/meminfo: how much memory leaves of each size map. PTE,
/// CONT_PTE, PMD, CONT_PMD, and PUD if pud_sect_supported() (4K pages).
/// </summary>
public static class DirectMapUse
{
    /// <summary>Name ("DirectMap4k") and size in kB, smallest leaf first. Present-invalid leaves count.</summary>
    public static IReadOnlyList<KeyValuePair<string, long>> Of(KernelMap map)
    {
        var geometry = map.Geometry;
        // Summed leaf by leaf, because in a hostile dump no two leaves may form a run.
        var bytes = new Dictionary<(Level, bool), long>();
        foreach (var run in map.Leaves())
            bytes[(run.Level, run.First.Contiguous)] =
                bytes.GetValueOrDefault((run.Level, run.First.Contiguous)) + (long)run.Length(geometry);
        return Of(geometry, bytes);
    }

    /// <summary>The same for sums of a linear map's leaves.</summary>
    /// <param name="bytes">The bytes that leaves of a level map, contiguous ones and others.</param>
    public static IReadOnlyList<KeyValuePair<string, long>> Of(
        TranslationGeometry geometry, IReadOnlyDictionary<(Level Level, bool Contiguous), long> bytes) =>
        [.. Sizes(geometry).Select(s =>
            KeyValuePair.Create("DirectMap" + Name(s.Bytes), bytes.GetValueOrDefault((s.Level, s.Contiguous)) >> 10))];

    private static IEnumerable<(Level Level, bool Contiguous, ulong Bytes)> Sizes(TranslationGeometry geometry)
    {
        foreach (var level in (Level[])[Level.L3, Level.L2])
        {
            yield return (level, false, geometry.Size(level));
            yield return (level, true, geometry.ContiguousSize(level));
        }

        if (geometry.Granule == Granule.K4)
            yield return (Level.L1, false, geometry.Size(Level.L1));
    }

    // The names have a lower-case k, as on other architectures.
    private static string Name(ulong bytes) => LeafCensus.SizeName(bytes).Replace('K', 'k');
}
