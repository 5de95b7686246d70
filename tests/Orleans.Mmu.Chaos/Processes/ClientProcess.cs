using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace Orleans.Mmu.Chaos.Processes;

/// <summary>What the command mmu, run as a process as a user would run it, came to.</summary>
/// <param name="Code">Its exit code; null where it was ended because it waited too long.</param>
internal sealed record ClientProcess(int? Code, string Output, string Error, TimeSpan Took)
{
    // Seconds: on a busy machine the first connection takes longer than the command waits by itself.
    private const string ConnectTimeout = "180";

    /// <summary>Runs the command on silos and waits for its end.</summary>
    /// <param name="longest">After this time it is ended by force.</param>
    public static async Task<ClientProcess> OfAsync(
        IPEndPoint[] gateways, TimeSpan longest, CancellationToken cancellationToken, params string[] arguments)
    {
        var watch = Stopwatch.StartNew();
        using var process = new Process
        {
            StartInfo = new("dotnet",
            [
                Path.Combine(AppContext.BaseDirectory, "mmu.dll"), .. arguments, "--silo",
                string.Join(',', gateways.Select(g => string.Create(CultureInfo.InvariantCulture, $"{g}"))),
                "--connect-timeout", ConnectTimeout,
            ])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        process.Start();
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(longest);
        bool isEnded = true;
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            isEnded = false;
            process.Kill();
        }

        var took = watch.Elapsed;
        var run = new ClientProcess(isEnded ? process.ExitCode : null, await output, await error, took);
        cancellationToken.ThrowIfCancellationRequested();
        return run;
    }
}
