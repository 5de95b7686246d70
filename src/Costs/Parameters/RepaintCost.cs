using Orleans.Mmu.Linux.Maps;

namespace Orleans.Mmu.Costs.Parameters;

/// <summary>What turning every block of a map into pages needs.</summary>
/// <param name="Tables">Tables to allocate: the most that a repaint can need, whatever is split before it.</param>
/// <param name="TableBytes">Their bytes.</param>
/// <param name="Blocks">Block descriptors that become table descriptors.</param>
public readonly record struct RepaintCost(long Tables, long TableBytes, long Blocks)
{
    /// <summary>
    /// The cost of repainting a map as it is now. A block becomes a table, whose entries are blocks of the next level
    /// or pages; each of those blocks becomes a table in turn. A split before the repaint allocates tables that the
    /// repaint then need not allocate.
    /// </summary>
    public static RepaintCost Of(KernelMap map)
    {
        var geometry = map.Geometry;
        long tables = 0;
        foreach (var run in map.Leaves().Where(l => !l.Level.IsLast))
        {
            long below = 0;
            for (var level = run.Level; !level.IsLast; level = level.Next)
                below = 1 + below * geometry.Granule.EntriesPerTable;
            tables += run.Count * below;
        }

        // Every table replaces one block descriptor.
        return new(tables, tables * (long)geometry.Granule.PageSize, tables);
    }

    /// <summary>
    /// Seconds that CPUs wait for a repaint: each table is cleared and filled, one store links it, and at the end one
    /// invalidation reaches every CPU.
    /// </summary>
    public double StoppedSeconds(CostParameters parameters)
    {
        if (Tables == 0)
            return 0;
        double fill = 2 * TableBytes / (parameters["write-gbs"] * 1e9);
        return fill + parameters["tlbi-ns"] * 1e-9 + parameters["stop-us"] * 1e-6;
    }
}
