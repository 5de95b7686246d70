using System.CommandLine;
using Orleans.Mmu.Checking.Casemate;
using Orleans.Mmu.Checking.Checks;
using Orleans.Mmu.Checking.Places;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Client.Files;
using Orleans.Mmu.Client.Laboratories;
using Orleans.Mmu.Client.Rendering;
using Orleans.Mmu.Client.Terminals;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Interfaces.Clusters;
using Orleans.Mmu.Verdicts.Checks;
using Orleans.Mmu.Verdicts.Counterexamples;

namespace Orleans.Mmu.Client.Commands;

/// <summary>mmu check: explores every interleaving of a protocol.</summary>
internal static class CheckCommand
{
    private static readonly TimeSpan ForgetPatience = TimeSpan.FromMilliseconds(300);

    public static Command Create(LaboratoryOpener open, Terminal terminal)
    {
        var options = new CheckCommandOptions();
        var command = new Command(
            "check",
            "Explores every interleaving of a protocol, whatever CPUs speculate, and says whether it is safe.");
        options.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (parsed.GetValue(options.List))
            {
                options.RefuseBesideList(parsed);
                if (options.IsJson(parsed))
                    terminal.Out.Write(CheckJson.List());
                else
                    terminal.WriteText(CheckText.List());
                return ExitCode.Done;
            }

            if (parsed.GetValue(options.Show))
            {
                var (shown, sheet) = (options.ShownFile(parsed), options.OpenPage(parsed));
                terminal.Out.Write(shown.Text);
                sheet?.Write(await ProtocolHtml.RenderAsync(shown));
                return ExitCode.Done;
            }

            using var time = options.Time(parsed);
            if (options.Folder(parsed) is { } folder)
            {
                options.RefuseTraceOfFolder(parsed);
                var how = options.OfFiles(parsed, folder, time.Token);
                return await CheckedFolder.RunAsync(
                    folder, how, options.IsJson(parsed), options.Reports.Open(parsed), terminal, cancellationToken);
            }

            var request = options.Read(parsed, time.Token);
            var reports = options.Reports.Open(parsed);
            foreach (string warning in request.Warnings)
                terminal.Error.WriteLine(OneLine.Message($"warning: {warning}"));
            var traceFile = request.Trace is { } name ? TraceOption.Open(name) : null;
            var page = options.OpenPage(parsed);
            var report = request.Mutants ? await MutantsAsync(request, page, terminal, cancellationToken)
                : await OneAsync(request, traceFile, page, open, terminal, cancellationToken);
            reports.Write("check", JudgedCases.CheckRules, [JudgedCases.Of(request.Name, request.File, report.Report)]);
            return report.Code;
        });
        HelpSections.AddTo(command, output =>
        {
            HelpSections.WriteCheckedProtocols(output);
            HelpSections.WriteCheckExitCodes(output);
            HelpSections.WriteTlsVariables(output);
            HelpSections.WriteExamples(output,
                "mmu check idmap-reserved --any-cpus",
                "mmu check spin --cpus 2 --trace race.mmd",
                "mmu check spin --html race.html",
                "mmu check idmap-reserved --mutants",
                "mmu check idmap-reserved --mutants --format markdown > mutants.md",
                "mmu check contiguous-fold --levels 2 --json",
                "mmu check reference-park --cpus 5 --symmetry off",
                "mmu check reference-park --cpus 6 --silo localhost:30000",
                "mmu check spin --show > my.protocol",
                "mmu check idmap-reserved --show --html idmap-reserved.html",
                "mmu check my.protocol --any-cpus",
                "mmu check my-protocol.litmus --trace race.mmd",
                "mmu check tests/litmus --junit check.xml --sarif check.sarif");
        });
        return command;
    }

    private static async Task<(int Code, CheckReport Report)> OneAsync(
        CheckRequest request, OutputFile? traceFile, OutputFile? page, LaboratoryOpener open, Terminal terminal,
        CancellationToken cancellationToken)
    {
        await using var laboratory = request.Silo is { } gateway ? await open(gateway, cancellationToken) : null;
        var progress = new CheckProgress($"check {request.Name}");
        IStateHost place = laboratory is null ? InProcessStateHost.Instance : new ClusterStateHost(laboratory);
        await using var listed = laboratory is null ? null : Listed(request, laboratory, progress);
        var work = Task.Run(() => request.RunAsync(place, progress, cancellationToken), cancellationToken);
        CheckReport report;
        try
        {
            report = await Watch.ForAsync(_ => progress.AskAsync(), work, terminal, cancellationToken);
        }
        catch (OperationCanceledException) when (laboratory is not null)
        {
            // Gives the grains a moment to receive the request to drop their partitions.
            await Task.WhenAny(work, Task.Delay(ForgetPatience, CancellationToken.None));
            throw;
        }

        listed?.End(report);
        if (request.Json)
            terminal.Out.Write(CheckJson.Render(report));
        else
            terminal.WriteText(CheckText.Render(report, terminal.Style));
        if (report.Counterexample is { } counterexample)
            traceFile?.Write(Trace(request, report, counterexample));
        else if (traceFile is not null)
            terminal.Error.WriteLine(OneLine.Message(
                $"--trace: {request.Name} has no counterexample that could be written to {request.Trace}"));
        if (page is not null)
        {
            var matrix = request.WantsMatrixOf(report) ? await MatrixAsync(request, terminal, cancellationToken) : null;
            page.Write(await CheckHtml.RenderAsync(report, matrix, request.Protocol));
        }

        return (VerdictWords.Of(report.Verdict).Code(), report);
    }

    private static ListedExploration Listed(CheckRequest request, ILaboratory laboratory, CheckProgress progress) =>
        ListedExploration.Begin(() => laboratory.Grains, request.Name,
            request.Options.AnyCpus ? 0 : request.Options.Cpus, () => progress.States, TimeProvider.System);

    private static string Trace(CheckRequest request, CheckReport report, Counterexample counterexample)
    {
        if (!TraceFileFormat.IsCasemate(request.Trace!))
            return TraceFileFormat.IsMermaid(request.Trace!)
                ? CounterexampleMermaid.Render(report, counterexample)
                : CounterexamplePerfetto.Render(report, counterexample);
        using var text = new StringWriter();
        CasemateTrace.OfCounterexample(text, request.Protocol!, report, counterexample);
        return text.ToString();
    }

    private static async Task<(int Code, CheckReport Report)> MutantsAsync(
        CheckRequest request, OutputFile? page, Terminal terminal, CancellationToken cancellationToken)
    {
        if (request.Protocol is null)
        {
            throw new UsageException(
                $"--mutants: expected a protocol of the machine, found {GivenValue.Quoted(request.Name)}, whose steps "
                + "are fixed");
        }

        var progress = new CheckProgress($"check {request.Name}");
        var work = Task.Run(
            () => request.RunAsync(InProcessStateHost.Instance, progress, cancellationToken), cancellationToken);
        var report = await Watch.ForAsync(_ => progress.AskAsync(), work, terminal, cancellationToken);
        var matrix = await MatrixAsync(request, terminal, cancellationToken);
        if (request.Json || request.Markdown)
            terminal.Out.Write(
                request.Json ? CheckJson.Render(report, matrix) : MutantsMarkdown.Render(report, matrix));
        else
            terminal.WriteText(MutantsText.Render(report, matrix, terminal.Style));
        page?.Write(await CheckHtml.RenderAsync(report, matrix, request.Protocol));
        bool lacks = request.Options.TimeIsOver.IsCancellationRequested
            && matrix.Mutants.Any(m => m.Report.Verdict == CheckVerdict.NotDecided);
        return (
            lacks && report.Verdict == CheckVerdict.Holds
                ? ExitCode.NotDecided : VerdictWords.Of(report.Verdict).Code(), report);
    }

    private static async Task<MutantMatrix> MatrixAsync(
        CheckRequest request, Terminal terminal, CancellationToken cancellationToken)
    {
        var progress = new CheckProgress($"mutants, and pairs of them, of {request.Name}");
        var work = Task.Run(
            () => MutantMatrix.Of(request.Protocol!, request.Options, progress, cancellationToken), cancellationToken);
        return await Watch.ForAsync(_ => progress.AskAsync(), work, terminal, cancellationToken);
    }
}
