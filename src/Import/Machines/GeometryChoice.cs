using System.Collections.Immutable;
using System.Globalization;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Import.Texts;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Linux.Cpus;
using Orleans.Mmu.Linux.Kernels;

namespace Orleans.Mmu.Import.Machines;

/// <summary>Chooses the page size and the bits of virtual addresses.</summary>
internal static class GeometryChoice
{
    private const string PageAdvice = "--page-size with what getconf PAGESIZE prints, or --config";
    private const string VaAdvice = "--va-bits, --kcore, or --dmesg and --config";

    // What distributions call such kernels: 6.18.15-arm64-16k, 6.14.0-generic-64k, 6.12.0+64k, 6.12.0-160000.5-64kb
    // (SUSE), 6.12.34-v8-16k+ and 6.12.34+rpt-rpi-2712 (Raspberry Pi 5).
    private static readonly (string End, Granule Granule)[] LargePageSuffixes =
    [
        ("-16k", Granule.K16), ("+16k", Granule.K16), ("-16k+", Granule.K16), ("-rpi-2712", Granule.K16),
        ("-64k", Granule.K64), ("+64k", Granule.K64), ("-64k+", Granule.K64), ("-64kb", Granule.K64),
    ];

    public static Chosen<Granule> PageSize(MachineSources sources, PlacedValue<KernelRelease>? release)
    {
        if (sources.Options.PageSize is { } given)
            return new(given, "--page-size", From: new("--page-size"));
        if (sources.Config is { PageSize: { Value: var configured, From: var from } } config)
            return sources.PageSize is { } other && Printed(other) != configured
                ? throw other.Error(
                    $"expected {configured}, as CONFIG_ARM64_{configured}_PAGES of {config.File} says, found "
                    + other.Value)
                : new(configured, $"{config.File}: CONFIG_ARM64_{configured}_PAGES", From: from);
        if (sources.PageSize is { } printed)
            return new(Printed(printed), $"{printed.Place}: what getconf PAGESIZE prints",
                From: printed.From);
        string suffix = release?.Value.Text.ToLowerInvariant() ?? "";
        foreach (var (end, granule) in LargePageSuffixes)
        {
            if (suffix.EndsWith(end, StringComparison.Ordinal))
                return new(granule, $"{OneLine.Of(release!.Value.Text)} ({release.Place}) ends in {end}",
                    From: release.From);
        }

        return new(Granule.K4, "no file gives the page size", PageAdvice);
    }

    /// <param name="bootCpu">The MIDR of the machine's first CPU.</param>
    public static Chosen<int> VaBits(MachineSources sources, Granule granule, Midr bootCpu)
    {
        if (sources.Options.VaBits is { } given)
            return new(given, "--va-bits", From: new("--va-bits"));
        if (sources.Core is { } core && TranslationGeometry.VaSizes(granule).Contains(core.VaBits))
            return new(core.VaBits, $"{core.File}: the virtual address of memory", From: new(core.File, 1));
        if (sources.Config is { VaBits: { Value: var built and not 52, From: var place } } config)
            return new(built, $"{config.File}: CONFIG_ARM64_VA_BITS", From: place);
        int without = granule == Granule.K16 ? 47 : 48;
        bool is52 = sources.Config?.VaBits?.Value == 52;
        return sources.Log?.Has52BitAddresses switch
        {
            true => new(52, $"{sources.Log.File}: the boot CPU has 52-bit virtual addressing",
                From: new(sources.Log.File, 1)),
            false when is52 => new(without,
                $"{sources.Config!.File} has CONFIG_ARM64_VA_BITS=52, and {sources.Log.File} lists no CPU feature of "
                + "that size", From: new(sources.Log.File, 1)),
            false => new(without, string.Create(CultureInfo.InvariantCulture,
                $"{sources.Log.File} lists no CPU feature of 52-bit addresses, and no file gives ")
                + "CONFIG_ARM64_VA_BITS", VaAdvice, new(sources.Log.File, 1)),
            null => Guess(sources, without, is52, bootCpu),
        };
    }

    // The hwcaps do not include the feature. It came later than BTI, so a core without BTI does not have it.
    private static Chosen<int> Guess(MachineSources sources, int without, bool is52, Midr bootCpu)
    {
        string built = is52 ? $"{sources.Config!.File} has CONFIG_ARM64_VA_BITS=52"
            : "no file gives CONFIG_ARM64_VA_BITS, usually 52";
        ImmutableHashSet<string> features = sources.Cpuinfo?.BootFeatures ?? [];
        return (features.Count > 0 && !features.Contains("bti")) || CoreAddresses.Lack52Bits(bootCpu)
            ? new(without, $"{built}, and the boot CPU is too old for such addresses", VaAdvice)
            : new(52, string.Create(CultureInfo.InvariantCulture,
                $"{built}; hardware without such addresses uses {without}"), VaAdvice);
    }

    private static Granule Printed(PlacedValue<string> printed) => printed.Value switch
    {
        "4096" => Granule.K4,
        "16384" => Granule.K16,
        "65536" => Granule.K64,
        _ => throw printed.Error($"expected 4096, 16384 or 65536, found {TextLine.Quote(printed.Value)}"),
    };
}
