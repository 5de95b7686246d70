using System.Collections.Immutable;
using System.CommandLine;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Client.Files;
using Orleans.Mmu.Client.Rendering;
using Orleans.Mmu.Client.Terminals;
using Orleans.Mmu.Traces.Lint;
using Orleans.Mmu.Traces.Protocols;
using Orleans.Mmu.Traces.Witnesses;

namespace Orleans.Mmu.Client.Commands;

/// <summary>mmu lint: judges a trace of page-table writes, TLBIs and barriers against break-before-make.</summary>
internal static class LintCommand
{
    private const int MaxCpus = 1024;

    public static Command Create(Terminal terminal)
    {
        var trace = new Argument<string>(
            "TRACE")
        {
            HelpName = "TRACE",
            Description = "A casemate trace, as it is or compressed with gzip or zstd; - for standard input.",
        };
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
        var first = EventOption.Create(
            "--first", "The first event that is judged; those before it set up tables and registers.");
        var last = EventOption.Create("--last", "The last event that is read.");
        var at = EventOption.Create("--at", "The event behind which --tables are written.");
        var tables = new WrittenFileOption("--tables")
        {
            Suffixes = ["", ".registers"],
            HelpName = "FILE",
            Description = "Write the tables behind the event --at, and the registers to FILE.registers, for mmu walk " +
                "and mmu audit.",
        };
        var protocol = new WrittenFileOption("--protocol")
        {
            HelpName = "FILE",
            Description = "Write what the CPUs did from --first to --last, while they split a map, as a protocol for " +
                "mmu check.",
        };
        var symbols = new Option<string?>("--symbols")
        {
            HelpName = "FILE",
            Description =
                "System.map or /proc/kallsyms of the kernel, as it is or compressed with gzip or zstd: names the " +
                "functions of the addresses in src.",
        };
        var witness = new Option<bool>("--witness")
        {
            Description =
                "For the first violation of each group, what the CPU that fails loads when, and the entries that its " +
                "TLB then holds, performed on the model of a TLB. The page of --html has it always.",
        };
        var html = HtmlOption.Create("the verdict, the event that breaks a rule among its neighbours, and the rule");
        var reports = new CaseReportOptions();
        var json = JsonOption.Create();
        var command = new Command(
            "lint", "Checks a casemate trace of page-table writes, TLBIs and barriers against break-before-make at a " +
            "BBM level.") { trace, bbm, first, last, at, tables, protocol, symbols, witness, html, json };
        foreach (var option in reports.All)
            command.Add(option);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string file = parsed.GetRequiredValue(trace);
            var levels = parsed.GetValue(bbm) ?? [BbmLevel.Level0];
            var request = new LintRequest(levels)
            {
                First = parsed.GetValue(first),
                Last = parsed.GetValue(last),
                At = parsed.GetValue(at),
                Names = parsed.GetValue(symbols) is { } map ? SymbolsFile.Read(map) : null,
            };
            if (request.At is null != parsed.GetValue(tables) is null)
                throw new UsageException("--at EVENT and --tables FILE: expected both or neither, found one of them");
            var dump = parsed.GetValue(tables) is { } name ? OutputFile.Open("--tables", name) : null;
            var state = parsed.GetValue(tables) is { } ofTables
                ? OutputFile.Open("--tables", ofTables + ".registers") : null;
            var traced = parsed.GetValue(protocol) is { } ofProtocol
                ? OutputFile.Open("--protocol", ofProtocol) : null;
            if (traced is not null && file == StandardInput.Name)
                throw new UsageException("--protocol: expected a trace in a file, since it is read twice, found -");
            if (parsed.GetValue(witness) && file == StandardInput.Name)
                throw new UsageException("--witness: expected a trace in a file, since it is read twice, found -");
            if (request.First > request.Last)
            {
                throw new UsageException(
                    $"--last: expected an event from {request.First} on, since --first is that, found {request.Last}");
            }

            var page = parsed.GetValue(html) is { } pageName ? HtmlOption.Open(pageName) : null;
            var written = reports.Open(parsed);
            var progress = new LintProgress(file);
            bool performs = parsed.GetValue(witness) || (page is not null && file != StandardInput.Name);
            var work = Task.Run(() => file == StandardInput.Name
                ? StandardInput.Read("a casemate trace", stream => Run(file, stream))
                : InputFile.Read(file, "a casemate trace", stream => Run(file, stream)), cancellationToken);
            LintResult Run(string name, Stream stream) => Decompressed.Read(
                name, stream, raw => CasemateLint.Run(name, raw, request, progress, cancellationToken));
            LintResult Perform(LintResult judged) => judged.Violation is null ? judged : InputFile.Read(
                file, "a casemate trace", stream => Decompressed.Read(
                    file, stream, raw => WitnessReader.Add(file, raw, request, judged, cancellationToken)));
            if (performs)
                work = work.ContinueWith(
                    judged => Perform(judged.GetAwaiter().GetResult()), cancellationToken,
                    TaskContinuationOptions.None, TaskScheduler.Default);
            var result = await Watch.ForAsync(_ => progress.AskAsync(), work, terminal, cancellationToken);
            if (parsed.GetValue(json))
                terminal.Out.Write(LintJson.Render(result));
            else
                terminal.WriteText(LintText.Render(file, levels, result, terminal.Style));
            written.Write("lint", JudgedCases.LintRules, JudgedCases.Of(file, result));
            traced?.Write(InputFile.Read(file, "a casemate trace", stream => Decompressed.Read(
                file, stream, raw => TraceProtocol.Read(file, raw, request))));
            dump?.Write(result.At!.Tables);
            state?.Write(result.At!.Registers);
            page?.Write(await LintHtml.RenderAsync(file, levels, result));
            return VerdictWords.Of(result.Violation is not null).Code();
        });
        HelpSections.AddTo(command, output =>
        {
            HelpSections.WriteLocalExitCodes(output);
            HelpSections.WriteExamples(
                output, "mmu lint trace.log", "mmu lint trace.log --bbm 2 --json", "zcat trace.log.gz | mmu lint -",
                "mmu lint boot.log.zst --bbm 3,0 --symbols System.map --first 300000 --last 400000",
                "mmu lint boot.log.zst --at 882009 --tables t.bin; mmu walk t.bin --registers t.bin.registers",
                "mmu lint boot.log.zst --symbols System.map --witness",
                "mmu lint trace.log --junit lint.xml --sarif lint.sarif",
                "mmu check spin --trace race.log; mmu lint race.log",
                "mmu boot asymmetric --trace boot.log; mmu lint boot.log --bbm 3,0");
        });
        return command;
    }
}
