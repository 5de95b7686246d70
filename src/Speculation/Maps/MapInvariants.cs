using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Linux.Calls;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Speculation.Maps;

/// <summary>
/// The invariants of a running kernel's tables between two calls, whatever calls were made: memory is mapped by its own
/// pages with the promised permissions, contiguous groups are whole, and every table occurs exactly once. Only tables
/// in memory are checked, not TLBs. Cost: a step for each run of leaves, each page with an unusual promise, each page
/// of an area and each table.
/// </summary>
public static class MapInvariants
{
    /// <summary>One violation for each contiguous range that breaks an invariant, in order of address.</summary>
    public static IReadOnlyList<Violation> Of(KernelMemory memory, TableSnapshot tables)
    {
        var kernel = memory.Kernel;
        var root = tables.Root(kernel.Swapper)
            ?? throw new ArgumentException($"no root at {kernel.Swapper}", nameof(tables));
        var runs = LeafEnumeration.Leaves(tables.Geometry, root, kernel.Layout.PageOffset).ToList();
        var findings = new Findings();
        LinearMapInvariants.Check(memory, runs, findings);
        AreaInvariants.Check(memory, runs, findings);
        GroupInvariants.Check(tables.Geometry, runs, findings);
        TableInvariants.Check(memory, root, findings);
        return findings.ToViolations();
    }
}
