using System.Diagnostics;
using System.Globalization;

namespace Orleans.Mmu.Benchmarks.TlbModel;

/// <summary>
/// The C program of the TLB model, compiled with -O3. It measures itself, so that starting a process is no part of it.
/// </summary>
internal sealed class CProgram(string folder)
{
    private readonly string _program = Path.Combine(folder, "tlb");

    /// <summary>Compiles it.</summary>
    /// <returns>Null, or what went wrong.</returns>
    public string? Compile(string source)
    {
        try
        {
            var run = Start("cc", ["-O3", "-o", _program, source]);
            return run.ExitCode == 0 ? null : run.Errors;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return $"expected a C compiler, found none: {e.Message}";
        }
    }

    /// <summary>Replays a trace in one configuration.</summary>
    /// <param name="trace">Not compressed.</param>
    /// <returns>Seconds, L1 misses and walks.</returns>
    public (double Seconds, long L1Misses, long Walks) Replay(
        string trace, string l1i, string l1d, string l2, string ways, string log2)
    {
        var run = Start(_program, [trace, l1i, l1d, l2, ways, log2]);
        // "… instructions, …% kernel, N misses, N walks, …"
        string[] words = run.Output.Split(' ');
        return (double.Parse(run.Errors.Split(' ')[0], CultureInfo.InvariantCulture),
            long.Parse(words[Array.IndexOf(words, "misses,") - 1], CultureInfo.InvariantCulture),
            long.Parse(words[Array.IndexOf(words, "walks,") - 1], CultureInfo.InvariantCulture));
    }

    private static (int ExitCode, string Output, string Errors) Start(string program, string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })
            ?? throw new InvalidOperationException($"{program} does not start");
        var errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }
}
