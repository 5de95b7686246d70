using System.CommandLine;
using Orleans.Mmu.Arm.TlbHierarchies;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Client.Files;
using Orleans.Mmu.Client.Machines;
using Orleans.Mmu.Client.Rendering;
using Orleans.Mmu.Client.Results;
using Orleans.Mmu.Client.Terminals;
using Orleans.Mmu.Costs.Decay;
using Orleans.Mmu.Costs.TlbMisses;
using Orleans.Mmu.Linux.Boot;
using Orleans.Mmu.Linux.Changes;

namespace Orleans.Mmu.Client.Commands;

/// <summary>mmu decay: how a linear map of blocks falls apart while a kernel runs.</summary>
internal static class DecayCommand
{
    private const int MaxChangesBytes = 64 << 20;
    private const int Parts = 200;

    // The replay covers all samples in one pass; more samples would not show in a plot.
    private const int Replayed = 24;

    public static Command Create(Terminal terminal)
    {
        var machine = new MachineArgument("decay");
        var modules = Count("--modules", 56, "Modules that are loaded, half of them unloaded again.");
        var programs = Count("--programs", 64, "BPF programs that are loaded, half of them unloaded again.");
        var secrets = Count("--secrets", 32, "Pages that become secret memory, half of them given back.");
        var seed = BootOptions.Seed(
            "Decides which events come in which order, and which pages they take; the same seed, the same events.");
        var fresh = new Option<bool>(
            "--fresh")
        {
            Description =
                    "Memory is handed out in a row, as shortly after boot. Otherwise scattered, which is the worst " +
                    "case."
        };
        var changes = new Option<string?>(
            "--changes")
        {
            HelpName = "FILE",
            Description = "Replay the permission changes of this file in place of all that."
        };
        var trace = new Option<string?>(
            "--workload")
        {
            HelpName = "TRACE",
            Description = "Also count this trace's misses and walks as the map decays."
        };
        var tlbs = CostOptions.Tlbs();
        var csv = new Option<bool>("--csv") { Description = "Print comma-separated values, a line for each event." };
        var json = JsonOption.Create();
        var plot = new WrittenFileOption(
            "--plot")
        {
            HelpName = "FILE.svg",
            Description = "Draw leaves, tables, what a repaint would need, and misses."
        };
        var html = HtmlOption.Create("the share of memory in blocks over the events, with charts and tables");
        var command = new Command(
            "decay", "Splits a machine's linear map as a running kernel does, and says what becomes of it.")
        {
            machine.Argument, machine.List, modules, programs, secrets, seed, fresh, changes, trace, tlbs, csv, json,
            plot, html,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(csv) && result.GetValue(json))
                result.AddError("expected one of --csv and --json, found both");
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (machine.IsListed(parsed, parsed.GetValue(json), terminal))
                return ExitCode.Done;
            var drawing = parsed.GetValue(plot) is { } file ? PlotOption.Open(file) : null;
            var written = parsed.GetValue(html) is { } htmlFile ? HtmlOption.Open(htmlFile) : null;
            if (parsed.GetValue(changes) is not null)
                GivenOptions.Refuse(
                    parsed, "--changes, whose file says what happens", modules, programs, secrets, seed, fresh);
            if (parsed.GetValue(trace) is null && GivenOptions.Has(parsed, tlbs))
                throw new UsageException($"{tlbs.Name}: expected --workload TRACE beside it, found none");
            var description = MachineSource.Read(machine.Required(parsed), terminal);
            if (parsed.GetValue(trace) is { } workload)
                MemoryTraceFile.Require(workload);
            var (hierarchy, origin, _) = CostOptions.Hierarchy(description, parsed.GetValue(tlbs));
            var plan = new DecayPlan(
                parsed.GetValue(modules), parsed.GetValue(programs), parsed.GetValue(secrets),
                unchecked((ulong)parsed.GetValue(seed)), parsed.GetValue(fresh));
            var progress = new TlbSimulationProgress("decay", description.Name);
            var work = Task.Run(() =>
            {
                var (samples, refused) = Samples(
                    MachineBoot.Of(description), plan, parsed.GetValue(changes), terminal, cancellationToken);
                return new DecayPage(
                    description, origin, hierarchy, samples, refused,
                    parsed.GetValue(trace) is { } t
                        ? Replay(t, samples, hierarchy, progress, cancellationToken) : null);
            }, cancellationToken);
            var page = await Watch.ForAsync(_ => progress.AskAsync(), work, terminal, cancellationToken);
            if (parsed.GetValue(json) || parsed.GetValue(csv))
                terminal.Out.Write(parsed.GetValue(json) ? DecayJson.Render(page) : DecayCsv.Render(page));
            else
                terminal.WriteText(DecayText.Render(page, terminal.Style));
            terminal.Out.Flush();
            drawing?.Write(DecayPlot.Render(page));
            written?.Write(await DecayHtml.RenderAsync(page));
            return page.Replay?.Error is { } error ? throw new UsageException(error) : ExitCode.Done;
        });
        HelpSections.AddTo(command, output =>
        {
            HelpSections.WriteMachines(output);
            HelpSections.WriteExamples(output,
                "mmu decay ampereone-192 --plot decay.svg",
                "mmu decay ampereone-192 --html decay.html",
                "mmu decay symmetric --modules 56 --programs 0 --secrets 0 --fresh",
                "mmu decay machine.json --changes changes.txt --workload kernel.ktr.zst --json");
        });
        return command;
    }

    // The samples, and the number of events that found no memory.
    private static (List<DecaySample> Samples, int Refused) Samples(
        LinearMapBoot boot, DecayPlan plan, string? changes, Terminal terminal, CancellationToken cancellationToken)
    {
        if (changes is null)
        {
            var samples = new List<DecaySample>();
            int refused = 0;
            foreach (var sample in MapDecay.Of(boot, plan, _ => refused++))
            {
                cancellationToken.ThrowIfCancellationRequested();
                samples.Add(sample);
            }

            return (samples, refused);
        }

        using var text = new StringReader(InputFile.ReadText(changes, "a changes file", MaxChangesBytes));
        var list = ChangesFile.Parse(changes, text, boot.Machine);
        var warnings = new KernelWarnings(changes);
        List<DecaySample> replayed = [.. MapDecay.Of(boot, list, Parts, warnings.Add, cancellationToken)];
        warnings.WriteTo(terminal.Error);
        return (replayed, 0);
    }

    private static DecaySimulation Replay(
        string trace, List<DecaySample> samples, TlbHierarchy tlbs, IProgress<long> progress,
        CancellationToken cancellationToken)
    {
        string name = MemoryTraceFile.NameOf(trace);
        List<DecaySample> chosen = [
            .. Enumerable.Range(0, Replayed).Select(i => samples[(int)((long)i * (samples.Count - 1) / (Replayed - 1))])
                .Distinct()];
        var result = MemoryTraceFile.Read(trace, stream => TlbSimulation.Run(
            new(name, MemoryTraceFile.ErrorNameOf(trace), stream),
            [.. chosen.Select(s => new TlbConfiguration(tlbs, new(s.Mapping.Name, s.Mapping.Sizes)))], new(), progress,
            cancellationToken));
        return new(
            name, [.. chosen.Select(
                (s, i) =>
                    new DecayMisses(s.Events, MissRates.Of(result, result.Counts[i]), result.Counts[i].Unmapped))],
                        result.Error);
    }

    private static Option<int> Count(string name, int usual, string description) =>
        WholeNumber.Option(name, "N", description, usual, DecayPlan.MaxEvents);
}
