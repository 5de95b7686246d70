using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Linux.Calls;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Speculation.Maps;

/// <summary>
/// What must be true of a running kernel's tables between two calls, whoever asked for what: memory is mapped by its own
/// pages with the permissions that were promised, contiguous groups are whole, and every table is there once. It looks at
/// memory alone; what TLBs hold is another question. Cost: a step for each run of leaves, for each page whose promise is
/// not the usual one, for each page of an area and for each table.
/// </summary>
public static class MapInvariants
{
    /// <summary>A violation for each range in a row that is not as it should be, in order of address.</summary>
    public static IReadOnlyList<Violation> Of(KernelMemory memory, TableSnapshot tables)
    {
        var kernel = memory.Kernel;
        var root = tables.Root(kernel.Swapper) ?? throw new ArgumentException($"no root at {kernel.Swapper}", nameof(tables));
        var runs = LeafWalk.Leaves(tables.Geometry, root, kernel.Layout.PageOffset).ToList();
        var findings = new Findings();
        LinearMapInvariants.Check(memory, runs, findings);
        AreaInvariants.Check(memory, runs, findings);
        GroupInvariants.Check(tables.Geometry, runs, findings);
        TableInvariants.Check(memory, root, findings);
        return findings.ToViolations();
    }
}
