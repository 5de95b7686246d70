using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Import.Machines;

/// <summary>Chooses the kernel command line.</summary>
internal static class CommandLineChoice
{
    public static Chosen<string> Of(MachineSources sources)
    {
        if (sources.Options.CommandLine is { } given)
            return new(given, "--cmdline", From: new("--cmdline"));
        if (sources.CommandLine is { } file)
            return new(file.Value, file.Place, From: file.From);
        if (sources.Log?.CommandLine is { } logged)
            return new(OneLine.Of(logged.Value), logged.Place, From: logged.From);
        return sources.Tree is { CommandLine: { } bootargs } tree
            ? new(OneLine.Of(bootargs), $"{tree.File}, chosen: bootargs, which a boot loader may have replaced",
                From: new(tree.File, 1))
            : new("", "no file gives the command line", "--cmdline with /proc/cmdline");
    }
}
