using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Orleans.Mmu.Chaos.Searches;

/// <summary>What mmu check printed, without how long it took and in which memory.</summary>
internal sealed partial record SearchCommand(int Code, string Out, string Error)
{
    /// <summary>Runs mmu check as a user would, in a process of its own.</summary>
    public static async Task<SearchCommand> RunAsync(string[] arguments, CancellationToken cancellationToken)
    {
        using var process = Process.Start(new ProcessStartInfo(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "mmu.dll"), "check", .. arguments, "--json"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var error = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return new(process.ExitCode, Measured().Replace(await output, ""), await error);
    }

    [GeneratedRegex("\"(seconds|memoryBytes)\": [^,\n]*")]
    private static partial Regex Measured();
}
