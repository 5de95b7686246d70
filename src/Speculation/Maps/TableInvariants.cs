using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Linux.Calls;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Speculation.Maps;

/// <summary>
/// Every page that was allocated for a table must be a table at exactly one place of the map, and belong to no area.
/// </summary>
internal static class TableInvariants
{
    public static void Check(KernelMemory memory, TranslationTable root, Findings findings)
    {
        var tables = new HashSet<PhysicalAddress>();
        foreach (var table in LeafEnumeration.Tables(root))
        {
            if (!tables.Add(table.Address))
                Report(table.Address, "is a table at two places of the map");
        }

        foreach (var page in memory.Areas.Values.SelectMany(a => a.Pages).Where(tables.Contains))
            Report(page, "is a table and a page of an area");

        // The root is part of the image, so it is not counted.
        long linked = tables.Count - 1;
        long handedOut = memory.Kernel.Pages.Allocated;
        if (linked != handedOut)
            Report(root.Address, $"leads to {linked} tables, and {handedOut} pages were handed out for tables");

        void Report(PhysicalAddress page, string what)
        {
            var alias = memory.Kernel.Layout.ToVirtual(page);
            findings.Add(Property.TableCensus, alias, alias + memory.Kernel.Machine.Geometry.Granule.PageSize, what);
        }
    }
}
