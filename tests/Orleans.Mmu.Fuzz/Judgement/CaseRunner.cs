using System.Globalization;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Fuzz.Cases;

namespace Orleans.Mmu.Fuzz.Judgement;

/// <summary>Runs cases and says what is wrong with each.</summary>
internal sealed class CaseRunner(Laboratories laboratories)
{
    // Against a case that hangs: many times what the slowest takes, since the machine may be busy.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    /// <summary>Runs a case with its files in a folder of its own.</summary>
    public async Task<CaseResult> RunAsync(FuzzCase tried, CancellationToken cancellationToken)
    {
        using var folder = new CaseFolder();
        foreach (var file in tried.Files)
            await File.WriteAllBytesAsync(Path.Combine(folder.Path, file.Name), file.Bytes, cancellationToken);
        string[] arguments = tried.ArgumentsIn(folder.Path);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Longest);
        var run = await CommandRun.OfAsync(arguments, laboratories.OpenAsync, limit.Token);
        cancellationToken.ThrowIfCancellationRequested();
        List<string> faults = [.. Oracle.Faults(tried, arguments, run)];
        if (run.Code == ExitCode.Cancelled)
            faults.Insert(0, string.Create(CultureInfo.InvariantCulture, $"no end after {Longest.TotalSeconds} s"));
        return new(tried, run, faults);
    }
}

/// <summary>A case, its run and its faults.</summary>
internal sealed record CaseResult(FuzzCase Case, CommandRun Run, IReadOnlyList<string> Faults);
