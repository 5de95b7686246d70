using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Tables;

namespace Orleans.Mmu.Linux.LinearMap;

/// <summary>The composition of a map: leaves by size and tables by level.</summary>
/// <param name="Leaves">
/// The number of leaf entries by name ("1G", "2M+CONT", "4K"), largest first. Present-invalid leaves count.
/// </param>
/// <param name="Tables">The number of tables by level, the root included.</param>
/// <param name="TableBytes">The size of all tables in bytes.</param>
public sealed record LeafCensus(
    IReadOnlyList<KeyValuePair<string, long>> Leaves, IReadOnlyList<KeyValuePair<int, long>> Tables, long TableBytes)
{
    /// <summary>
    /// Counts the map below a root. The cost is one step for each run of leaves or tables, not for each member.
    /// </summary>
    public static LeafCensus Of(TableSnapshot tables, PhysicalAddress root)
    {
        var geometry = tables.Geometry;
        var top = tables.Root(root) ?? throw new ArgumentException($"no root at {root}", nameof(root));
        return Of(geometry, LeafEnumeration.Leaves(geometry, top, geometry.UpperHalfStart),
            LeafEnumeration.CountTables(geometry, top, new VirtualAddress(0) - geometry.UpperHalfStart));
    }

    /// <summary>Counts the given leaves and tables.</summary>
    public static LeafCensus Of(TranslationGeometry geometry, IEnumerable<LeafSequence> found,
        IEnumerable<(Level Level, long Count)> tables)
    {
        var leaves = new Dictionary<(Level, bool), long>();
        foreach (var run in found)
            leaves[(run.Level, run.First.Contiguous)] =
                leaves.GetValueOrDefault((run.Level, run.First.Contiguous)) + run.Count;
        var byLevel = new SortedDictionary<int, long>();
        foreach (var (level, count) in tables)
            byLevel[level.Number] = byLevel.GetValueOrDefault(level.Number) + count;
        return new(
            [.. leaves.OrderBy(l => l.Key.Item1).ThenByDescending(l => l.Key.Item2)
                .Select(l => KeyValuePair.Create(SizeName(geometry.Size(l.Key.Item1)) + (l.Key.Item2 ? "+CONT" : ""),
                    l.Value))],
            [.. byLevel],
            byLevel.Values.Sum() * (long)geometry.Granule.PageSize);
    }

    /// <summary>"4K", "2M", "1G".</summary>
    public static string SizeName(ulong bytes) => bytes switch
    {
        >= 1UL << 40 => $"{bytes >> 40}T",
        >= 1UL << 30 => $"{bytes >> 30}G",
        >= 1UL << 20 => $"{bytes >> 20}M",
        _ => $"{bytes >> 10}K",
    };
}
