using System.Diagnostics;
using System.Globalization;
using BenchmarkDotNet.Attributes;

namespace Orleans.Mmu.Benchmarks;

/// <summary>
/// `mmu boot` as a user runs it, from process start to result: 192 CPUs, 256 GiB, 4K pages, the last CPU lacking the
/// feature. The peak of the resident set is printed at the end.
/// </summary>
[Config(typeof(WholeBoots))]
public class ProcessBenchmarks
{
    private long _peakKilobytes;

    [Params("asymmetric", "ampereone-192-asymmetric")]
    public string Machine { get; set; } = "";

    [Benchmark]
    public int Boot()
    {
        string program = Path.Combine(AppContext.BaseDirectory, "mmu.dll");
        var start = new ProcessStartInfo("dotnet", [program, "boot", Machine, "--json"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        while (!process.WaitForExit(100))
            _peakKilobytes = Math.Max(_peakKilobytes, PeakOf(process.Id));
        return process.ExitCode == 0 && output.Result.Length > 0
            ? process.ExitCode
            : throw new InvalidOperationException(
                $"mmu ended with {process.ExitCode}: {process.StandardError.ReadToEnd()}");
    }

    [GlobalCleanup]
    public void Tell() =>
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"// {Machine}: peak resident set {_peakKilobytes / 1024} MiB"));

    // VmHWM: the high-water mark that the kernel keeps for the process.
    private static long PeakOf(int id)
    {
        try
        {
            string line = File.ReadLines($"/proc/{id}/status")
                .FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal), "VmHWM: 0 kB");
            return long.Parse(
                line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
