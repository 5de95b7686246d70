using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Linux.Boot;
using Orleans.Mmu.Linux.Costs;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.Machines;
using Orleans.Mmu.Linux.Maps;
using Orleans.Mmu.Linux.ProtocolFiles;

namespace Orleans.Mmu.Costs.Parameters;

/// <summary>What a repaint of a map needs.</summary>
/// <param name="Tables">Tables to allocate: the most that a repaint can need, whatever is split before it.</param>
/// <param name="TableBytes">Their bytes.</param>
/// <param name="Blocks">Block descriptors that become table descriptors.</param>
public readonly record struct RepaintCost(long Tables, long TableBytes, long Blocks)
{
    /// <summary>
    /// The cost of repainting a machine's map as it is now. A repaint splits what lies in the two
    /// <see cref="RepaintRange"/>s and leaves the blocks of the image's alias between them. A block becomes a table,
    /// whose entries are blocks of the next level or pages; each of those blocks becomes a table in turn. A split
    /// before the repaint allocates tables that the repaint then need not allocate.
    /// </summary>
    public static RepaintCost Of(KernelMap map, MachineDescription machine)
    {
        var geometry = map.Geometry;
        LinearRange[] ranges = [.. Enum.GetValues<RepaintRange>().Select(r => LinearRange.Of(r, machine))];
        long blocks = 0;
        foreach (var run in map.Leaves().Where(l => !l.Level.IsLast))
        {
            for (var level = run.Level; !level.IsLast; level = level.Next)
                blocks += Reached(run, geometry.Size(level), ranges, geometry);
        }

        // Every table replaces one block descriptor.
        return new(blocks, blocks * (long)geometry.Granule.PageSize, blocks);
    }

    /// <summary>What the boot of a machine repaints: its linear map as map_mem() painted it.</summary>
    public static RepaintCost Of(LinearMapBoot boot) =>
        Of(new KernelMap(boot.Painted, boot.Painter.Swapper, MapRange.Linear), boot.Machine);

    /// <summary>
    /// Seconds that the merged protocol stops a machine for this repaint, with or without blocks to split:
    /// linear_map_maybe_split_to_ptes() asks for the CPUs' features alone. A boot's clock counts along the same path.
    /// </summary>
    public double StoppedSeconds(MachineDescription machine, CostParameters parameters)
    {
        var path = ProtocolPath.Of(RepaintProtocols.IdmapReserved, machine.Cpus.Count(c => !c.Late),
            (int)machine.Geometry.Granule.PageSize, Blocks);
        return new PriceList(parameters).Seconds(path.Done);
    }

    // The parts of a size of which at least one byte lies in a range. Both the run and the ranges ascend; a part in
    // which one range ends and the next begins counts once.
    private static long Reached(
        in LeafSequence run, ulong size, IEnumerable<LinearRange> ranges, TranslationGeometry geometry)
    {
        long parts = 0;
        var next = run.Start;
        var end = run.End(geometry);
        foreach (var range in ranges)
        {
            var first = Later(next, range.Start.AlignDown(size));
            var last = range.End < end ? (range.End + (size - 1)).AlignDown(size) : end;
            if (range.End <= next || first >= last)
                continue;
            parts += (long)((last - first) / size);
            next = last;
        }

        return parts;
    }

    private static VirtualAddress Later(VirtualAddress a, VirtualAddress b) => a > b ? a : b;
}
