using System.CommandLine;
using System.Globalization;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Linux.MachineFiles;

namespace Orleans.Mmu.Client.Completions;

/// <summary>
/// The names that a shell offers for a value of more than one verb. An option that takes other values too, such as
/// files, offers them beside those.
/// </summary>
internal static class OfferedNames
{
    // The sizes of a kernel's leaves with 4K pages, and with contiguous pages.
    private static readonly string[] Sizes = ["4K", "64K", "2M", "32M", "1G"];

    /// <summary>The option takes a built-in machine.</summary>
    public static void OfferMachines(this Option option) => option.CompletionSources.Add([.. BuiltInMachines.Names]);

    /// <summary>The option takes a page size.</summary>
    public static void OfferGranules(this Option option) =>
        option.CompletionSources.Add([.. Granule.All.Select(g => g.Name)]);

    /// <summary>The option takes the bits of the kernel's addresses.</summary>
    public static void OfferVaBits(this Option option) => option.CompletionSources.Add(
        [.. TranslationGeometry.AllVaSizes.Select(b => b.ToString(CultureInfo.InvariantCulture))]);

    /// <summary>The option takes the size of leaves.</summary>
    public static void OfferSizes(this Option option) => option.CompletionSources.Add(Sizes);
}
