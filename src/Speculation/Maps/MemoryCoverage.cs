using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.Machines;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Speculation.Maps;

/// <summary>
/// The end of a boot: every page of memory that the kernel keeps has a leaf in the linear map. A leaf that boot made
/// invalid on purpose counts.
/// </summary>
public static class MemoryCoverage
{
    /// <summary>One violation for each range of memory without a leaf, in order of address.</summary>
    public static IReadOnlyList<Violation> Of(
        MachineDescription machine, LinearMapPainter painter, TableSnapshot tables)
    {
        var (layout, geometry) = (painter.Layout, machine.Geometry);
        var root = tables.Root(painter.Swapper)
            ?? throw new ArgumentException($"no root at {painter.Swapper}", nameof(tables));
        using var leaves = LeafEnumeration.Leaves(geometry, root, layout.PageOffset).GetEnumerator();
        bool more = leaves.MoveNext();
        var findings = new Findings();
        foreach (var range in layout.Memory(machine))
        {
            var (at, end) = (layout.ToVirtual(range.Start), layout.ToVirtual(range.End));
            while (at < end)
            {
                while (more && leaves.Current.End(geometry) <= at)
                    more = leaves.MoveNext();
                var next = more && leaves.Current.Start < end ? leaves.Current.Start : end;
                if (at < next)
                    findings.Add(Property.UnexpectedFault, at, next,
                        "is memory that the kernel did not map at boot");
                at = next == end && !(more && leaves.Current.Start < end) ? end : leaves.Current.End(geometry);
            }
        }

        return findings.ToViolations();
    }
}
