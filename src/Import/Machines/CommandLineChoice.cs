using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Import.Machines;

/// <summary>Chooses the kernel command line.</summary>
internal static class CommandLineChoice
{
    public static Chosen<string> Of(MachineSources sources)
    {
        if (sources.Options.CommandLine is { } given)
            return new(given, "--cmdline");
        if (sources.CommandLine is { } file)
            return new(file.Value, file.Place);
        if (sources.Log?.CommandLine is { } logged)
            return new(OneLine.Of(logged.Value), logged.Place);
        return sources.Tree is { CommandLine: { } bootargs } tree
            ? new(OneLine.Of(bootargs), $"{tree.File}, chosen: bootargs, which a boot loader may have replaced")
            : new("", "no file gives the command line", "--cmdline with /proc/cmdline");
    }
}
