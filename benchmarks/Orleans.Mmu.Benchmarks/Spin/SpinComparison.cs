using System.Globalization;
using System.Text.Json;
using Orleans.Mmu.Benchmarks.Processes;

namespace Orleans.Mmu.Benchmarks.Spin;

/// <summary>
/// The explorer beside Spin, on the same system and the same machine, each in a process of its own from start to end:
/// what .NET takes to start and to compile is part of it.
/// </summary>
internal static class SpinComparison
{
    private const int Cpus = 5;

    /// <param name="model">The reference system in Promela; null for where it lies beside this repository.</param>
    /// <param name="parks">
    /// Whether the other CPUs park (reference-park); otherwise they spin on the live map (reference-live, 28.6 million
    /// states).
    /// </param>
    /// <returns>0; 1 where the two do not find the same number of states; 2 where something is missing.</returns>
    public static int Run(string? model, bool parks)
    {
        model ??= Path.GetFullPath(Path.Combine(Sources.Root, "..", "shared", "spin", "reference.pml"));
        if (!File.Exists(model))
            return Refuse(
                $"spin: expected the reference system in Promela, found no {model} (give its path: … -- spin "
                + $"reference.pml)");
        if (SpinProgram.Missing is { Count: > 0 } missing)
            return Refuse(
                $"spin: install {string.Join(" and ", missing)} first (Debian: apt-get install "
                + $"{string.Join(' ', missing)})");

        string folder = Directory.CreateTempSubdirectory("mmu-spin-").FullName;
        try
        {
            var spin = SpinProgram.Search(model, Cpus, parks, folder);
            var mmu = SearchWithMmu(NameOf(parks), folder);
            Tell(NameOf(parks), spin, mmu);
            return spin.States == mmu.States ? 0 : 1;
        }
        catch (InvalidOperationException e)
        {
            return Refuse($"spin: {e.Message}");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string NameOf(bool parks) => parks ? "reference-park" : "reference-live";

    private static MeasuredSearch SearchWithMmu(string name, string folder)
    {
        string[] arguments = ["check", name, "--cpus", Cpus.ToString(CultureInfo.InvariantCulture),
            "--symmetry", "off", "--json"];
        var run = MeasuredRun.Of("dotnet", [Path.Combine(AppContext.BaseDirectory, "mmu.dll"), .. arguments], folder);
        // Without parking the property is violated, and every state is searched all the same.
        if (run.ExitCode is not (0 or 3))
            throw new InvalidOperationException($"mmu ended with {run.ExitCode}: {run.Output}{run.Errors}");
        using var json = JsonDocument.Parse(run.Output);
        return new("the explorer", json.RootElement.GetProperty("states").GetInt64(), run);
    }

    private static void Tell(string system, params MeasuredSearch[] searches)
    {
        Console.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{system}, {Cpus} CPUs, every state, no symmetry"));
        Console.WriteLine($"{"",-14} {"states",10} {"CPU s",8} {"wall s",8} {"peak MiB",9}");
        foreach (var (name, states, run) in searches)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{name,-14} {states,10:N0} {run.CpuSeconds,8:F2} {run.WallSeconds,8:F2} "
                + $"{run.PeakKilobytes / 1024.0,9:F0}"));
        }
    }

    private static int Refuse(string why)
    {
        Console.Error.WriteLine(why);
        return 2;
    }
}
