using System.CommandLine;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Client.Files;
using Orleans.Mmu.Client.Rendering;
using Orleans.Mmu.Client.Results;
using Orleans.Mmu.Client.Terminals;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Litmus.Runs;

namespace Orleans.Mmu.Client.Commands;

/// <summary>mmu litmus: runs litmus tests in herd's format and prints the final states that can be reached.</summary>
internal static class LitmusCommand
{
    public static Command Create(Terminal terminal)
    {
        var paths = new Argument<string[]>("PATH")
        {
            HelpName = "PATH",
            Description = "Litmus tests, or folders with them.",
            Arity = ArgumentArity.OneOrMore,
        };
        var ets2 = new Option<bool>("--ets2") { Description = "Every CPU has FEAT_ETS2." };
        var inOrder = new Option<bool>("--in-order")
        {
            Description = "Every CPU performs its accesses in program order; translation stays as relaxed as it is.",
        };
        var erratum = ErratumOption.Create();
        var expected = new Option<string?>("--expected")
        {
            HelpName = "FILE",
            Description = "Compare with the final states in a JSON file, and say which tests agree.",
        };
        var limit = TimeOption.Create();
        var reports = new CaseReportOptions();
        var json = JsonOption.Create();
        var command = new Command(
            "litmus",
            "Runs litmus tests of the virtual memory model and prints every final state that can be reached.") { paths,
            ets2, inOrder, erratum, expected, limit, json };
        foreach (var option in reports.All)
            command.Add(option);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var written = reports.Open(parsed);
            var known = parsed.GetValue(expected) is { } file
                ? ExpectedOutcomes.Read(file, parsed.GetValue(ets2)) : null;
            using var time = TimeOption.Start(parsed.GetValue(limit));
            bool withEts2 = parsed.GetValue(ets2), ordered = parsed.GetValue(inOrder);
            bool repeats = parsed.GetValue(erratum) is not null;
            var batch = new LitmusBatch<LitmusOutput>(
                LitmusFiles.Of(parsed.GetValue(paths)!),
                (name, test, token) =>
                    new(name, LitmusExecution.Run(
                        test with { Variant = test.Variant with { RepeatsTlbi = repeats } }, withEts2, ordered,
                        LitmusExecution.UsualMemory, token, time.Token), null)
                    {
                        Expected = known?.Of(name)
                    },
                (name, error) => new(name, null, error));
            var work = Task.Run(() => batch.Run(cancellationToken), cancellationToken);
            var results = await Watch.ForAsync(_ => batch.AskAsync(), work, terminal, cancellationToken);
            if (known is not null && !parsed.GetValue(json))
                terminal.WriteText(AgreementText.Render(results, terminal.Style));
            else
                terminal.Out.Write(
                    parsed.GetValue(json) ? LitmusJson.Render(results) : LitmusRendering.Render(results));
            written.Write("litmus", JudgedCases.LitmusRules, [.. results.Select(JudgedCases.Of)]);
            foreach (var failed in results.Where(r => r.Error is not null))
                terminal.Error.WriteLine(OneLine.Message(failed.Error!));
            bool matched = known is null || results.Any(r => r.Result is null || r.Expected is not null);
            if (!matched)
                terminal.Error.WriteLine(
                    $"{parsed.GetValue(expected)}: expected a member for one of the tests, such as "
                    + $"\"{Path.GetFileName(results[0].File)}\", found none");
            return !matched || results.Any(r => r.Error is not null) ? ExitCode.BadInput
                : results.Any(r => !r.Result!.IsComplete) ? ExitCode.NotDecided
                : known is not null && results.Any(r => !r.Agrees) ? ExitCode.Violated : ExitCode.Done;
        });
        HelpSections.AddTo(command, output =>
        {
            HelpSections.WriteLitmusExitCodes(output);
            HelpSections.WriteExamples(
                output, "mmu litmus MP+shoot+dsb.litmus", "mmu litmus tests/ --ets2",
                "mmu litmus tests/ --expected expected.json", "mmu litmus tests/ --json",
                "mmu litmus tests/ --expected expected.json --junit litmus.xml");
        });
        return command;
    }
}
