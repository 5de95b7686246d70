using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Client.Files;
using Orleans.Mmu.Client.Rendering;
using Orleans.Mmu.Client.Results;
using Orleans.Mmu.Client.Terminals;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Litmus.Checks;
using Orleans.Mmu.Verdicts.Checks;

namespace Orleans.Mmu.Client.Commands;

/// <summary>mmu check of a folder: each of its litmus tests as a protocol.</summary>
internal static class CheckedFolder
{
    public static async Task<int> RunAsync(
        string folder, CheckOptions how, bool isJson, CaseReports reports, Terminal terminal,
        CancellationToken cancellationToken)
    {
        var suite = new LitmusBatch<LitmusSuiteRow>(
            LitmusFiles.Of([folder]), (file, test, token) =>
                new(file, test, LitmusCheck.Run(test, how, null, token), null), (file, error) =>
                    new(file, null, null, error));
        var work = Task.Run(() => suite.Run(cancellationToken), cancellationToken);
        var rows = await Watch.ForAsync(_ => suite.AskAsync(), work, terminal, cancellationToken);
        if (isJson)
            terminal.Out.Write(LitmusSuiteJson.Render(rows));
        else
            terminal.WriteText(LitmusSuiteText.Render(rows, terminal.Style));
        reports.Write("check", JudgedCases.CheckRules, [.. rows.Select(JudgedCases.Of)]);
        foreach (var failed in rows.Where(r => r.Error is not null))
            terminal.Error.WriteLine(OneLine.Message(failed.Error!));
        return rows.Any(r => r.Error is not null) ? ExitCode.BadInput
            : rows.Any(r => r.Report!.Verdict == CheckVerdict.NotDecided) ? ExitCode.NotDecided
            : rows.All(r => r.IsAsExpected) ? ExitCode.Done : ExitCode.Violated;
    }
}
