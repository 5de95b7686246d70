using System.Globalization;
using System.Runtime.InteropServices;
using Orleans.Mmu.Benchmarks.Processes;

namespace Orleans.Mmu.Benchmarks.Numbers;

/// <summary>The machine that measures, and the versions of the programs that ours is held against.</summary>
internal static class MeasuringMachine
{
    /// <returns>A list of Markdown.</returns>
    public static string Describe() =>
        string.Create(CultureInfo.InvariantCulture, $"""
            - {Environment.ProcessorCount} processors ({Field("/proc/cpuinfo", "model name")}), {Memory()} GiB; {Load()}
            - {RuntimeInformation.OSDescription}
            - {RuntimeInformation.FrameworkDescription}; {Version("spin", "-V")}; {Version("gcc", "--version")}
            """);

    private static string Field(string file, string name) =>
        File.Exists(file)
            ? File.ReadLines(file).FirstOrDefault(l => l.StartsWith(name, StringComparison.Ordinal), ": unknown")
                .Split(':', 2)[1].Trim()
            : "unknown";

    private static long Memory() =>
        (GC.GetGCMemoryInfo().TotalAvailableMemoryBytes + (1L << 29)) >> 30;

    // How busy the machine was with other work, before the first run.
    private static string Load() =>
        File.Exists("/proc/loadavg")
            ? $"load of the last minute {File.ReadAllText("/proc/loadavg").Split(' ')[0]} when it began"
            : "load unknown";

    private static string Version(string program, string option)
    {
        try
        {
            return MeasuredRun.Of(program, [option], Path.GetTempPath()).Output.Split('\n')[0].Trim();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return $"no {program}";
        }
    }
}
