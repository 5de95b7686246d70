using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Costs.AddressSpaces;
using Orleans.Mmu.Linux.Boot;
using Orleans.Mmu.Linux.Capabilities;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.Machines;
using Orleans.Mmu.Linux.Maps;

namespace Orleans.Mmu.Costs.Parameters;

/// <summary>One way to map a machine's memory linearly, with the size of its tables.</summary>
/// <param name="Name">"pages", "blocks", …</param>
/// <param name="Census">Leaves and tables.</param>
/// <param name="Sizes">Leaf sizes as a TLB sees them.</param>
/// <param name="Repaint">What a repaint of this map would need.</param>
public sealed record MappingCost(string Name, LeafCensus Census, LinearPageSizes Sizes, RepaintCost Repaint)
{
    /// <summary>
    /// The ways to map a machine's memory: in pages, in contiguous groups of pages, in blocks, and as it is at the end
    /// of boot. The Contiguous bit saves TLB entries and no table.
    /// </summary>
    /// <param name="boot">The machine's boot.</param>
    /// <exception cref="KernelPanicException">Memory for tables ran out.</exception>
    public static IReadOnlyList<MappingCost> Of(MachineDescription machine, LinearMapBoot boot)
    {
        var pages = Painted("pages", machine, new(ForcePages: true, RequiresBbml2: false));
        return
        [
            pages,
            pages with { Name = "contiguous", Sizes = pages.Sizes.InContiguousGroups(machine.Geometry) },
            Painted("blocks", machine, new(ForcePages: false, RequiresBbml2: true)),
            Of("booted", boot.Final, machine, boot.Painter.Swapper),
        ];
    }

    /// <param name="root">swapper_pg_dir.</param>
    public static MappingCost Of(
        string name, TableSnapshot tables, MachineDescription machine, PhysicalAddress root)
    {
        var map = new KernelMap(tables, root, MapRange.Linear);
        return new(name, map.Census(), LinearPageSizes.Of(map), RepaintCost.Of(map, machine));
    }

    private static MappingCost Painted(string name, MachineDescription machine, PaintDecision decision)
    {
        var painter = new LinearMapPainter(machine);
        return Of(name, painter.Protect(painter.Paint(decision)), machine, painter.Swapper);
    }
}
