using Orleans.Mmu.Linux.Kernels;

namespace Orleans.Mmu.Import.Machines;

/// <summary>
/// Chooses whether KASLR has a seed, which decides with the CPUs' E0PD whether leaves are non-global.
/// </summary>
internal static class KaslrChoice
{
    public static Chosen<bool> Of(MachineSources sources, Chosen<string> line)
    {
        if (sources.Log?.Security.Kaslr is { } logged)
            return new(logged.Value, logged.Origin);
        if (CommandLine.ForbidsKaslr(line.Value))
            return new(false, $"{line.Origin}: nokaslr");
        return sources.Config is { RandomizesBase: false } config
            ? new(false, $"{config.File}: CONFIG_RANDOMIZE_BASE is not set")
            : new(false, "no file says whether KASLR has a seed",
                sources.Log is null && sources.SilentLog is null ? "--dmesg"
                    : "--dmesg from the start of the boot (journalctl -k -b)");
    }
}
