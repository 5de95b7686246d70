using System.Diagnostics;

namespace Orleans.Mmu.Tests.Client;

/// <summary>
/// The short version of docs/fuzzing.md: cases of fixed seeds, in a process whose heap has a limit and in which no
/// other test allocates.
/// </summary>
public sealed class FuzzTests : IDisposable
{
    private const string Seed = "1";
    private const string Cases = "400";

    private readonly DirectoryInfo _failures = Directory.CreateTempSubdirectory("mmu-fuzz-tests-");

    public void Dispose() => _failures.Delete(recursive: true);

    [Fact]
    public async Task Wrong_inputs_and_command_lines_end_in_one_line_or_a_verdict()
    {
        string driver = Path.Combine(AppContext.BaseDirectory, "Orleans.Mmu.Fuzz.dll");
        string[] arguments = [driver, "--seed", Seed, "--cases", Cases, "--keep", _failures.FullName];
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        string report = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.True(process.ExitCode == 0, $"exit code {process.ExitCode}\n{report}{await error}");
        Assert.Contains($"{Cases} cases in ", report, StringComparison.Ordinal);
    }
}
