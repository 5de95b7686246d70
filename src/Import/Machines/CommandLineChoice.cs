using Orleans.Mmu.Inputs;
using Orleans.Mmu.Linux.Kernels;

namespace Orleans.Mmu.Import.Machines;

/// <summary>Chooses the kernel command line.</summary>
internal static class CommandLineChoice
{
    private const string Pagealloc = "debug_pagealloc";

    /// <param name="warnings">Takes what a .config says otherwise than the command line alone.</param>
    public static Chosen<string> Of(MachineSources sources, List<string> warnings)
    {
        var line = Given(sources);
        bool isNamed = KernelArguments.Of(line.Value).Any(a => a.Name == Pagealloc);
        return sources.Config switch
        {
            { DebugPagealloc: true, DebugPageallocDefault: true, File: var file } when !isNamed => With(
                line, $"{Pagealloc}=on {line.Value}".TrimEnd(),
                $"{file}: CONFIG_DEBUG_PAGEALLOC_ENABLE_DEFAULT is y, so {Pagealloc}=on", warnings),
            { DebugPagealloc: false, File: var file } when isNamed => With(
                line, Behind(line.Value, $"{Pagealloc}=off"),
                $"{file}: CONFIG_DEBUG_PAGEALLOC is not set, so {Pagealloc}=off", warnings),
            _ => line,
        };
    }

    // A machine file has the parameter alone.
    private static Chosen<string> With(Chosen<string> line, string text, string why, List<string> warnings)
    {
        warnings.Add($"{why} is added to the command line");
        return line with { Value = text, Origin = $"{line.Origin}; {why}" };
    }

    // What follows "--" is for init.
    private static string Behind(string line, string parameter)
    {
        int init = line.IndexOf(" -- ", StringComparison.Ordinal);
        return init < 0 ? $"{line} {parameter}" : line.Insert(init, $" {parameter}");
    }

    private static Chosen<string> Given(MachineSources sources)
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
