using Orleans.Mmu.Arm.Geometry;

namespace Orleans.Mmu.Import.Machines;

/// <summary>What a command line gives instead of a file; it comes before what files say.</summary>
/// <param name="Name">The machine's name.</param>
/// <param name="Release">--version with a text such as "6.18.15-arm64".</param>
/// <param name="CommandLine">--cmdline with a text such as "rodata=off".</param>
/// <param name="PageSize">--page-size.</param>
/// <param name="VaBits">--va-bits: what is in use, so 48 for a 52-bit kernel on other hardware.</param>
public sealed record ImportOptions(
    string Name, string? Release = null, string? CommandLine = null, Granule? PageSize = null, int? VaBits = null);
