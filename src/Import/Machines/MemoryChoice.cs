using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Import.Resources;
using Orleans.Mmu.Import.Texts;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Import.Machines;

/// <summary>Chooses memory and the ranges that the linear map leaves out.</summary>
internal static class MemoryChoice
{
    private const string Advice = "--iomem with /proc/iomem as root reads it";

    /// <param name="granule">The page size of the kernel.</param>
    /// <param name="warnings">Takes what the kernel does otherwise than the chosen file says.</param>
    /// <exception cref="InputException">No source has memory that can be used.</exception>
    public static Chosen<MemoryLayout> Of(MachineSources sources, Granule granule, List<string> warnings)
    {
        if (sources.Iomem?.Layout is { } resources)
        {
            warnings.AddRange(PartialPages.SinglePages(resources, granule));
            return new(PartialPages.Of(sources.Iomem.File, resources, granule, warnings),
                $"{sources.Iomem.File}: \"System RAM\", and \"reserved\" at the top level",
                From: new(sources.Iomem.File, 1));
        }

        if (sources.Log?.Layout is { } listed)
        {
            var logged = PartialPages.Of(sources.Log.File, listed, granule, warnings);
            var from = new FilePlace(sources.Log.File, 1);
            string origin = $"{sources.Log.File}: \"Early memory node ranges\"";
            return sources.Log.IsUefi
                ? new(logged, $"{origin}; the log does not list what UEFI keeps, which counts as mapped", Advice, from)
                : new(logged, origin, From: from);
        }

        if (sources.Tree is { } tree && TreeMemory.Of(tree, granule) is ({ } layout, var differences))
        {
            warnings.AddRange(differences);
            layout = PartialPages.Of(tree.File, layout, granule, warnings);
            var from = new FilePlace(tree.File, 1);
            string origin = $"{tree.File}: nodes of memory, and reserved-memory with no-map";
            return tree.IsUefi
                ? new(layout, $"{origin}; the kernel takes memory from UEFI instead", Advice, from)
                : new(layout, origin, From: from);
        }

        var range = new NamedRange(
            new(new(0x4000_0000), new PhysicalAddress(0x1_4000_0000)), "memory", "assumed", null);
        return new(new([range], []), "no file gives memory, so 4G at 0x40000000, nothing reserved", Advice);
    }
}
