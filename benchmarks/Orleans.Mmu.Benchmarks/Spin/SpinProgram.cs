using System.Globalization;
using System.Text.RegularExpressions;
using Orleans.Mmu.Benchmarks.Processes;

namespace Orleans.Mmu.Benchmarks.Spin;

/// <summary>
/// Spin's exhaustive search of the reference system: Spin writes a C program, gcc compiles it, and it is run.
/// </summary>
internal static partial class SpinProgram
{
    private static readonly string[] Needed = ["spin", "gcc"];

    /// <summary>What has to be installed first.</summary>
    public static IReadOnlyList<string> Missing => [.. Needed.Where(n => !IsInstalled(n))];

    /// <param name="model">The system in Promela.</param>
    /// <param name="parks">Whether the other CPUs park, or spin on the live map.</param>
    /// <param name="folder">An empty one for what is made.</param>
    /// <exception cref="InvalidOperationException">A step of it fails.</exception>
    public static MeasuredSearch Search(string model, int cpus, bool parks, string folder)
    {
        string number = cpus.ToString(CultureInfo.InvariantCulture);
        string mode = parks ? "-DMODE=2" : "-DMODE=1";
        Run("spin", ["-a", $"-DN={number}", mode, "-DCHECK=0", Path.GetFullPath(model)], folder);
        Run("gcc", ["-O2", "-w", "-DSAFETY", "-o", "pan", "pan.c"], folder);
        // The depth that the search may have; where it is too small, Spin leaves states out.
        string[] options = parks ? ["-w22", "-m1000000", "-n"] : ["-w26", "-m20000000", "-n"];
        var run = Run(Path.Combine(folder, "pan"), options, folder);
        var stored = StatesStored().Match(run.Output);
        // Spin stores the state before the first process starts, too.
        return stored.Success
            ? new("Spin, gcc -O2", long.Parse(stored.Groups[1].ValueSpan, CultureInfo.InvariantCulture) - 1, run)
            : throw new InvalidOperationException($"pan: expected a line with the states stored, found {run.Output}");
    }

    private static MeasuredRun Run(string program, string[] arguments, string folder)
    {
        var run = MeasuredRun.Of(program, arguments, folder);
        return run.ExitCode == 0 ? run
            : throw new InvalidOperationException($"{program} ended with {run.ExitCode}: {run.Output}{run.Errors}");
    }

    private static bool IsInstalled(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Any(f => File.Exists(Path.Combine(f, program)));

    [GeneratedRegex(@"^\s*(\d+) states, stored", RegexOptions.Multiline)]
    private static partial Regex StatesStored();
}
