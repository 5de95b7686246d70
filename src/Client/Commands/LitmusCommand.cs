using System.CommandLine;

namespace Orleans.Mmu.Client;

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
        var json = new Option<bool>("--json") { Description = "Print one JSON document." };
        var command = new Command("litmus", "Runs litmus tests of the virtual memory model and prints every final state that can be reached.") { paths, ets2, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var batch = new LitmusBatch(LitmusFiles.Of(parsed.GetValue(paths)!), parsed.GetValue(ets2));
            var work = Task.Run(() => batch.Run(cancellationToken), cancellationToken);
            var results = await Watch.ForAsync(_ => batch.AskAsync(), work, terminal, cancellationToken);
            terminal.Out.Write(parsed.GetValue(json) ? LitmusJson.Render(results) : LitmusRendering.Render(results));
            foreach (var failed in results.Where(r => r.Error is not null))
                terminal.Error.WriteLine(OneLine.Of(failed.Error!));
            return results.Any(r => r.Error is not null) ? ExitCode.BadInput
                : results.All(r => r.Result!.IsComplete) ? ExitCode.Done : ExitCode.NotDecided;
        });
        HelpSections.AddTo(command, output =>
        {
            HelpSections.WriteLitmusExitCodes(output);
            HelpSections.WriteExamples(output, "mmu litmus MP+shoot+dsb.litmus", "mmu litmus tests/ --ets2", "mmu litmus tests/ --json");
        });
        return command;
    }
}
