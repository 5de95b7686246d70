using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Linux.Kernels;

namespace Orleans.Mmu.Import.Machines;

/// <summary>Chooses the PA that PAGE_OFFSET maps; null to derive it from where memory starts.</summary>
internal static class OffsetChoice
{
    // The last version that randomizes the linear map (memstart_offset_seed).
    private static readonly KernelVersion LastRandom = KernelVersion.Parse("6.15");

    public static Chosen<PhysicalAddress?> Of(MachineSources sources, KernelVersion version, int vaBits, string line)
    {
        if (sources.Core is { } core && core.VaBits == vaBits)
            return new(core.PhysicalOffset, $"{core.File}: the physical address of a virtual one",
                From: new(core.File, 1));
        bool? hasKaslr = sources.Log?.Security.Kaslr?.Value;
        bool isRandom = version <= LastRandom && sources.Config?.RandomizesBase != false
            && hasKaslr != false && !CommandLine.ForbidsKaslr(line);
        return isRandom
            ? new(null, "a kernel before 6.16 with KASLR may begin the linear map elsewhere",
                hasKaslr == true ? "--kcore" : "--kcore, or --dmesg")
            : new(null, "Derived from where memory starts, as the kernel does");
    }
}
