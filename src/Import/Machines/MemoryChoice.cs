using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Import.Resources;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Import.Machines;

/// <summary>Chooses memory and the ranges that the linear map leaves out.</summary>
internal static class MemoryChoice
{
    private const string Advice = "--iomem with /proc/iomem as root reads it";

    /// <exception cref="InputException">No source has memory that can be used.</exception>
    public static Chosen<MemoryLayout> Of(MachineSources sources)
    {
        if (sources.Iomem?.Layout is { } resources)
            return new(resources, $"{sources.Iomem.File}: \"System RAM\", and \"reserved\" at the top level");
        if (sources.Log?.Layout is { } logged)
        {
            string origin = $"{sources.Log.File}: \"Early memory node ranges\"";
            return sources.Log.IsUefi
                ? new(logged, $"{origin}; the log does not list what UEFI keeps, which counts as mapped", Advice)
                : new(logged, origin);
        }

        if (sources.Tree?.Layout is { } tree)
        {
            string origin = $"{sources.Tree.File}: nodes of memory, and reserved-memory with no-map";
            return sources.Tree.IsUefi
                ? new(tree, $"{origin}; the kernel takes memory from UEFI instead", Advice)
                : new(tree, origin);
        }

        var range = new NamedRange(new(new(0x4000_0000), new PhysicalAddress(0x1_4000_0000)), "memory", "assumed");
        return new(new([range], []), "no file gives memory, so 4G at 0x40000000, nothing reserved", Advice);
    }
}
