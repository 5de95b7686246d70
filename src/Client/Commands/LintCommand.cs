using System.Collections.Immutable;
using System.CommandLine;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Client.Files;
using Orleans.Mmu.Client.Rendering;
using Orleans.Mmu.Client.Terminals;
using Orleans.Mmu.Traces.Lint;

namespace Orleans.Mmu.Client.Commands;

/// <summary>mmu lint: judges a trace of page-table writes, TLBIs and barriers against break-before-make.</summary>
internal static class LintCommand
{
    private const int MaxCpus = 1024;

    public static Command Create(Terminal terminal)
    {
        var trace = new Argument<string>(
            "TRACE")
        { HelpName = "TRACE", Description = "A casemate trace; - for standard input." };
        var bbm = new Option<ImmutableArray<BbmLevel>?>("--bbm")
        {
            HelpName = "0|1|2|3",
            Description =
                "BBM level of the CPUs (mmu explain bbm), 0 where it is left out. Or one for " +
                "each CPU with commas between, the last for the rest: then only CPUs that may hold the tree count.",
            CustomParser = r =>
            {
                var levels = BbmLevels.Parse(r.Tokens[0].Value, MaxCpus);
                if (levels is null)
                    r.AddError(
                        $"--bbm: expected 0, 1, 2 or 3, or some of them with commas between, found " +
                        GivenValue.Quoted(r.Tokens[0].Value));
                return levels;
            },
        };
        bbm.CompletionSources.Add("0", "1", "2", "3");
        var html = HtmlOption.Create("the verdict, the event that breaks a rule among its neighbours, and the rule");
        var reports = new CaseReportOptions();
        var json = JsonOption.Create();
        var command = new Command(
            "lint", "Checks a casemate trace of page-table writes, TLBIs and barriers against break-before-make at a " +
            "BBM level.") { trace, bbm, html, json };
        foreach (var option in reports.All)
            command.Add(option);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string file = parsed.GetRequiredValue(trace);
            var levels = parsed.GetValue(bbm) ?? [BbmLevel.Level0];
            var page = parsed.GetValue(html) is { } pageName ? HtmlOption.Open(pageName) : null;
            var written = reports.Open(parsed);
            var progress = new LintProgress(file);
            var work = Task.Run(() => file == StandardInput.Name
                ? StandardInput.Read("a casemate trace", stream => Run(file, stream))
                : InputFile.Read(file, "a casemate trace", stream => Run(file, stream)), cancellationToken);
            LintResult Run(string name, Stream stream) =>
                CasemateLint.Run(name, stream, levels, CasemateLint.MaxPages, progress, cancellationToken);
            var result = await Watch.ForAsync(_ => progress.AskAsync(), work, terminal, cancellationToken);
            if (parsed.GetValue(json))
                terminal.Out.Write(LintJson.Render(result));
            else
                terminal.WriteText(LintText.Render(file, levels, result, terminal.Style));
            written.Write("lint", JudgedCases.LintRules, [JudgedCases.Of(file, result)]);
            page?.Write(await LintHtml.RenderAsync(file, levels, result));
            return VerdictWords.Of(result.Violation is not null).Code();
        });
        HelpSections.AddTo(command, output =>
        {
            HelpSections.WriteLocalExitCodes(output);
            HelpSections.WriteExamples(
                output, "mmu lint trace.log", "mmu lint trace.log --bbm 2 --json", "zcat trace.log.gz | mmu lint -",
                "mmu lint trace.log --junit lint.xml --sarif lint.sarif",
                "mmu check spin --trace race.log; mmu lint race.log",
                "mmu boot asymmetric --trace boot.log; mmu lint boot.log --bbm 3,0");
        });
        return command;
    }
}
