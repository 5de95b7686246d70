using Orleans.Mmu.Linux.Boot;
using Orleans.Mmu.Linux.Costs;
using Orleans.Mmu.Linux.Machines;
using Orleans.Mmu.Linux.Maps;
using Orleans.Mmu.Linux.ProtocolFiles;

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

    /// <summary>What the boot of a machine repaints: its linear map but for the image's alias.</summary>
    public static RepaintCost Of(LinearMapBoot boot)
    {
        long size = (long)boot.Machine.Geometry.Granule.PageSize;
        return new(boot.SplitBlocks, boot.SplitBlocks * size, boot.SplitBlocks);
    }

    /// <summary>
    /// Seconds that the merged protocol stops a machine for this repaint; 0 if there is nothing to do. A boot's clock
    /// counts along the same path.
    /// </summary>
    public double StoppedSeconds(MachineDescription machine, CostParameters parameters)
    {
        if (Tables == 0)
            return 0;
        var path = ProtocolPath.Of(RepaintProtocols.IdmapReserved, machine.Cpus.Count(c => !c.Late),
            (int)machine.Geometry.Granule.PageSize, Blocks);
        return new PriceList(parameters).Seconds(path.Done);
    }
}
