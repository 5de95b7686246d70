using Orleans.Mmu.Linux.Kernels;

namespace Orleans.Mmu.Import.Machines;

/// <summary>
/// Chooses whether KASLR has a seed, which decides with the CPUs' E0PD whether leaves are non-global.
/// </summary>
internal static class KaslrChoice
{
    public static Chosen<bool> Of(MachineSources sources, Chosen<string> line)
    {
        if (sources.Log is { HasKaslr: { } has } log)
            return new(has, $"{log.File}: \"KASLR {(has ? "enabled" : "disabled")}\"");
        if (KernelArguments.Of(line.Value).Any(a => a is { Key: "nokaslr", Value: null }))
            return new(false, $"{line.Origin}: nokaslr");
        return sources.Config is { RandomizesBase: false } config
            ? new(false, $"{config.File}: CONFIG_RANDOMIZE_BASE is not set")
            : new(false, "no file says whether KASLR has a seed", "--dmesg");
    }
}
