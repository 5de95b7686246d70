using System.CommandLine;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Client.Files;
using Orleans.Mmu.Client.Machines;
using Orleans.Mmu.Client.Rendering;
using Orleans.Mmu.Client.Results;
using Orleans.Mmu.Client.Terminals;
using Orleans.Mmu.Costs.Machines;
using Orleans.Mmu.Costs.Parameters;
using Orleans.Mmu.Costs.TlbMisses;
using Orleans.Mmu.Linux.Boot;
using Orleans.Mmu.Linux.Capabilities;
using Orleans.Mmu.Linux.Changes;
using Orleans.Mmu.Linux.RunningKernel;

namespace Orleans.Mmu.Client.Commands;

/// <summary>
/// mmu cost: the cost of each way to map a machine's memory in tables, misses, time stopped and throughput.
/// </summary>
internal static class CostCommand
{
    private const int MaxChangesBytes = 64 << 20;

    public static Command Create(Terminal terminal)
    {
        var machine = new MachineArgument("cost");
        var trace = new Option<string?>("--workload")
        {
            HelpName = "TRACE",
            Description = "The workload: a memory trace as mmu tlb reads it. Required.",
        };
        var changes = new Option<string?>(
            "--changes")
        {
            HelpName = "FILE",
            Description = "Permission changes that split blocks; adds a row for the map after them."
        };
        var tlbs = CostOptions.Tlbs();
        var scatter = CostOptions.Scatter();
        var set = CostOptions.Set();
        var json = JsonOption.Create();
        var html = HtmlOption.Create("the costs with charts, by mapping, by kind of step and by number of CPUs");
        var command = new Command(
            "cost", "Says what each way to map a machine's memory costs: tables, misses, time stopped, throughput.")
        {
            machine.Argument, machine.List, trace, changes, tlbs, scatter, set, json, html,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (machine.IsListed(parsed, parsed.GetValue(json), terminal))
                return ExitCode.Done;
            var written = parsed.GetValue(html) is { } htmlFile ? HtmlOption.Open(htmlFile) : null;
            string file = machine.Required(parsed);
            var description = MachineSource.Read(file, terminal);
            string workload = parsed.GetValue(trace)
                ?? throw new UsageException("cost: expected --workload TRACE, found none (see mmu cost --help)");
            MemoryTraceFile.Require(workload);
            var (hierarchy, origin, known) = CostOptions.Hierarchy(description, parsed.GetValue(tlbs));
            var parameters = CostOptions.Parameters(known, parsed.GetValue(set) ?? []);
            string name = MemoryTraceFile.NameOf(workload);
            var progress = new TlbSimulationProgress("cost", name);
            var work = Task.Run(() =>
            {
                // A panic of the kernel is reported before the replay, which takes long.
                var boot = MachineBoot.Of(description);
                var mappings = Mappings(boot, parsed.GetValue(changes), terminal, cancellationToken);
                var configurations = MachineCost.Configurations(
                    mappings, hierarchy, parsed.GetValue(scatter), parameters);
                var replay = MemoryTraceFile.Read(
                    workload, stream =>
                        TlbSimulation.Run(
                            new(name, MemoryTraceFile.ErrorNameOf(workload), stream),
                            configurations, new(), progress, cancellationToken));
                return (MachineCost.Of(description, mappings, hierarchy, replay, parameters),
                    boot.Mode == BootMode.Repaint ? RepaintCost.Of(boot) : (RepaintCost?)null);
            }, cancellationToken);
            var (cost, atBoot) = await Watch.ForAsync(_ => progress.AskAsync(), work, terminal, cancellationToken);
            var page = new CostPage(cost, origin, parsed.GetValue(scatter), parameters, atBoot);
            if (parsed.GetValue(json))
                terminal.Out.Write(CostJson.Render(page));
            else
                terminal.WriteText(CostText.Render(page, terminal.Style));
            terminal.Out.Flush();
            written?.Write(await CostHtml.RenderAsync(page));
            return cost.Replay.Error is null ? ExitCode.Done : throw new UsageException(cost.Replay.Error);
        });
        HelpSections.AddTo(command, output =>
        {
            HelpSections.WriteMachines(output);
            HelpSections.WriteParameters(output);
            HelpSections.WriteExamples(output,
                "mmu cost ampereone-192-asymmetric --workload " +
                "tests/traces/memcached-kernel-data-only-80Minstr.ktr.zst",
                "mmu cost symmetric --workload kernel.ktr.zst --html cost.html",
                "mmu cost machine.json --workload kernel.ktr.zst --changes changes.txt --scatter 70 " +
                "--set dram-ns=120 --json");
        });
        return command;
    }

    private static List<MappingCost> Mappings(
        LinearMapBoot boot, string? changes, Terminal terminal, CancellationToken cancellationToken)
    {
        var machine = boot.Machine;
        List<MappingCost> mappings = [.. MappingCost.Of(machine, boot)];
        if (changes is not null)
        {
            using var text = new StringReader(InputFile.ReadText(changes, "a changes file", MaxChangesBytes));
            var list = ChangesFile.Parse(changes, text, boot.Machine);
            var warnings = new KernelWarnings(changes);
            var tables = ChangedMap.Apply(
                KernelContext.AfterBoot(machine, boot.Painter), boot.Final, list, warnings.Add, cancellationToken);
            warnings.WriteTo(terminal.Error);
            mappings.Add(MappingCost.Of("changed", tables, machine, boot.Painter.Swapper));
        }

        return mappings;
    }
}
