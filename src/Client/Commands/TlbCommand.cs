using System.CommandLine;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Client.Files;
using Orleans.Mmu.Client.Laboratories;
using Orleans.Mmu.Client.Rendering;
using Orleans.Mmu.Client.Results;
using Orleans.Mmu.Client.Terminals;
using Orleans.Mmu.Costs.MemoryTraces;
using Orleans.Mmu.Costs.TlbMisses;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Client.Commands;

/// <summary>mmu tlb: replays memory traces through TLBs.</summary>
internal static class TlbCommand
{
    private const ulong Million = 1_000_000;

    public static Command Create(LaboratoryOpener open, Terminal terminal)
    {
        var traces = new Argument<string[]>("TRACE")
        {
            HelpName = "TRACE",
            Description =
                "KTR1, valgrind lackey's text, drmemtrace or ChampSim records, as they are or compressed with zstd, " +
                "gzip or zip; - for standard input.",
            Arity = ArgumentArity.OneOrMore,
        };
        var options = new TlbOptions();
        var warmUp = WholeNumber.Option(
            "--warm-up", "N", "Million instructions that are replayed before counting begins.", 0, int.MaxValue);
        var format = new Option<string?>(
            "--format")
        {
            HelpName = string.Join('|', MemoryTrace.Names),
            Description = "The traces' format; only ChampSim's must be named."
        };
        format.CompletionSources.Add(
            _ => MemoryTrace.Names.Select(n => new System.CommandLine.Completions.CompletionItem(n)));
        format.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !MemoryTrace.Names.Contains(token.Value))
                result.AddError($"--format: expected {string.Join(", ", MemoryTrace.Names)}, found " +
                    GivenValue.Quoted(token.Value, MemoryTrace.Names));
        });
        var csv = new Option<bool>("--csv") { Description = "Print comma-separated values." };
        var json = JsonOption.Create();
        var silo = new SiloOptions(
            "The gateway of a running silo, over which configurations are spread; without it, this process counts.");
        var plot = new WrittenFileOption(
            "--plot")
        {
            HelpName = "FILE.svg",
            Description = "Draw misses over page sizes, a line for each core and scatter."
        };
        var html = HtmlOption.Create("misses and walks of each configuration, with a chart for each trace");
        var command = new Command("tlb", "Replays memory traces through TLBs and counts misses and walks.") { traces };
        foreach (var option in options.All.Concat([warmUp, format, csv, json, plot, html]))
            command.Options.Add(option);
        silo.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(csv) && result.GetValue(json))
                result.AddError("expected one of --csv and --json, found both");
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            // A map may be a pipe that blocks; Ctrl-C does not wait for it.
            var configurations = await Task.Run(() => options.Read(parsed, terminal), cancellationToken)
                .WaitAsync(cancellationToken);
            var drawing = parsed.GetValue(plot) is { } file ? PlotOption.Open(file) : null;
            var written = parsed.GetValue(html) is { } htmlFile ? HtmlOption.Open(htmlFile) : null;
            var replay = new TlbSimulationOptions(
                parsed.GetValue(format) is { } name
                    ? (MemoryTraceFormat)MemoryTrace.Names.ToList().IndexOf(name) : null,
                (ulong)parsed.GetValue(warmUp) * Million);
            await using var laboratory = silo.Of(parsed) is { } gateway
                ? await open(gateway, cancellationToken) : null;
            var rows = new List<TlbRow>();
            string? error = null;
            foreach (string trace in parsed.GetRequiredValue(traces))
            {
                TlbSimulationResult result;
                try
                {
                    result = await ReplayAsync(
                        trace, configurations, replay, laboratory, terminal, cancellationToken);
                }
                catch (Exception e) when (rows.Count > 0 && e is UsageException or InputException)
                {
                    // The traces before this one keep their counts.
                    error = e.Message;
                    break;
                }

                error = result.Error;
                // For input that is no trace there is nothing to show.
                if (error is null || result.Instructions > 0 || result.Counts.Any(c => c.L1Misses > 0))
                    rows.AddRange(
                        configurations.Select((c, i) => new TlbRow(result.Trace, c, result, result.Counts[i])));
                if (error is not null)
                    break;
            }

            if (parsed.GetValue(json) || parsed.GetValue(csv))
                terminal.Out.Write(parsed.GetValue(json) ? TlbJson.Render(rows) : TlbCsv.Render(rows));
            else
                terminal.WriteText(TlbText.Render(rows, terminal.Style));
            terminal.Out.Flush();
            if (error is null)
                drawing?.Write(TlbPlot.Render(rows));
            if (rows.Count > 0 && written is not null)
                written.Write(await TlbHtml.RenderAsync(rows));
            // Counts up to the error are printed, but the command fails.
            return error is null ? ExitCode.Done : throw new UsageException(error);
        });
        HelpSections.AddTo(command, output =>
        {
            HelpSections.WriteTlsVariables(output);
            HelpSections.WriteExamples(output,
                "mmu tlb kernel.ktr.zst --core Cortex-A76 --map 2M",
                "mmu tlb kernel.ktr.zst --l1i 48 --l1d 48 --l2 1280x5 --map asymmetric --scatter 75 --json",
                "mmu tlb kernel.ktr.zst --sweep --plot sweep.svg",
                "mmu tlb kernel.ktr.zst --sweep --html sweep.html",
                "mmu tlb kernel.ktr.zst --sweep --silo localhost:30000",
                "valgrind --tool=lackey --trace-mem=yes --log-fd=1 true | mmu tlb - --user 64K",
                "xz -dc 600.perlbench_s-210B.champsimtrace.xz | mmu tlb - --format champsim");
        });
        return command;
    }

    private static Task<TlbSimulationResult> ReplayAsync(
        string trace, IReadOnlyList<NamedConfiguration> named, TlbSimulationOptions options, ILaboratory? laboratory,
        Terminal terminal, CancellationToken cancellationToken)
    {
        string name = MemoryTraceFile.NameOf(trace);
        var progress = new TlbSimulationProgress("tlb", name);
        TlbConfiguration[] configurations = [.. named.Select(c => c.Configuration)];
        // Decoding blocks its thread; grains answer on other threads.
        var work = Task.Run(() => laboratory is null
            ? MemoryTraceFile.Read(trace, stream => TlbSimulation.Run(
                new(name, MemoryTraceFile.ErrorNameOf(trace), stream), configurations, options, progress,
                cancellationToken))
            : new TracedCpus(laboratory, configurations, cancellationToken)
                .ReplayAsync(trace, options, progress).GetAwaiter().GetResult(), cancellationToken);
        return Watch.ForAsync(_ => progress.AskAsync(), work, terminal, cancellationToken);
    }
}
