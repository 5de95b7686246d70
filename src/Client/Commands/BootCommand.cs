using System.CommandLine;
using System.Globalization;
using Orleans.Mmu.Checking.Casemate;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Client.Files;
using Orleans.Mmu.Client.Laboratories;
using Orleans.Mmu.Client.Machines;
using Orleans.Mmu.Client.Rendering;
using Orleans.Mmu.Client.Terminals;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Interfaces.MachineFiles;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Client.Commands;

/// <summary>mmu boot: boots a machine on grains and reports the outcome.</summary>
internal static class BootCommand
{
    // 128 GiB of 4K pages, a trace of some 3 GB.
    private const long MostTracedLeaves = 1 << 25;

    public static Command Create(LaboratoryOpener open, Terminal terminal)
    {
        var machine = new MachineArgument("boot");
        var protocol = BootOptions.Protocol();
        var seed = BootOptions.Seed();
        var silo = new SiloOptions();
        var attach = new Option<string?>("--attach")
        {
            HelpName = "KEY",
            Description =
                "Wait for a machine that was booted on the cluster of --silo, by the key that its boot printed.",
        };
        var force = new Option<bool>(
            "--force-repaint")
        { Description = "Repaint even if every CPU may split live." };
        var quiet = new Option<bool>(
            "--quiet")
        { Description = "No CPU speculates: only the protocol runs, so a boot takes less host time. Finds no race." };
        var trace = TraceOption.Create("what every CPU did");
        var replay = new Option<string?>("--replay")
        {
            HelpName = "FILE",
            Description =
                "Perform a counterexample that mmu check --json has printed, on its machine, event for event.",
        };
        var html = HtmlOption.Create("the boot: the verdict, what each CPU did, and the map");
        var json = JsonOption.Create();

        var command = new Command("boot", "Boots a machine on grains and says what became of its linear map.")
        {
            machine.Argument, machine.List, protocol, seed, force, quiet, replay, attach, trace, html, json,
        };
        silo.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (machine.IsListed(parsed, parsed.GetValue(json), terminal))
                return ExitCode.Done;
            var page = parsed.GetValue(html) is { } pageName ? HtmlOption.Open(pageName) : null;
            if (parsed.GetValue(attach) is { } begun)
            {
                if (parsed.GetValue(machine.Argument) is not null || parsed.GetValue(replay) is not null
                    || parsed.GetValue(trace) is not null || silo.Of(parsed) is not { } cluster)
                    throw new UsageException("boot: expected --attach KEY with --silo and without a machine, --replay "
                        + "or --trace (see mmu boot --help)");
                GivenOptions.Refuse(
                    parsed, "--attach, whose machine boots already", protocol, seed, force, quiet);
                if (!MachineKey.IsValid(begun))
                    throw new UsageException($"--attach: expected a key of {MachineKey.Rule}, found "
                        + GivenValue.Quoted(begun));
                await using var there = await open(cluster, cancellationToken);
                var attached = await MachineAnswer.AttachAsync(there, begun, terminal, cancellationToken);
                int exit = Print(attached, begun, parsed.GetValue(json), terminal);
                page?.Write(await BootHtml.RenderAsync(attached, null));
                return exit;
            }

            var script = parsed.GetValue(replay) is { } from ? ReplaySource.Read(from) : null;
            if (script is null == parsed.GetValue(machine.Argument) is null)
                throw new UsageException(
                    $"boot: expected a machine or --replay, found {(script is null ? "neither" : "both")} (see mmu " +
                    $"boot --help)");
            if (script is not null)
                GivenOptions.Refuse(
                    parsed, "--replay, whose file says what happens", protocol, seed, force, quiet);
            string file = script is null ? parsed.GetRequiredValue(machine.Argument)!
                : parsed.GetRequiredValue(replay)!;
            var handle = new MachineHandle(file, script?.MachineFile ?? MachineSource.ReadText(file));
            string name = handle.Description.Name;
            MachineSource.Warn(handle.Description, terminal);
            string? traceName = parsed.GetValue(trace);
            bool casemate = traceName is not null && TraceFileFormat.IsCasemate(traceName);
            if (casemate && !CasemateTrace.CanHold(handle.Description.Geometry))
                throw new UsageException(
                    $"--trace: expected a machine with 4K pages and at most 48 VA bits for {traceName}, found " +
                    $"{handle.Description.Geometry}");
            var traceFile = traceName is null ? null : TraceOption.Open(traceName);
            var (protocolName, protocolFile) = script is null
                ? BootOptions.ReadProtocol(parsed.GetRequiredValue(protocol), terminal)
                : (script.Protocol, script.ProtocolFile);
            var request = new BootRequest(
                handle, protocolName, parsed.GetRequiredValue(seed),
                parsed.GetValue(force) || script is not null, traceFile is not null || page is not null)
            {
                Record = casemate,
                ProtocolFile = protocolFile,
                Quiet = parsed.GetValue(quiet),
                Replay = script is null ? [] : script.Actions,
            };
            // Results are printed before the silo stops, since stopping takes time.
            var gateways = silo.Of(parsed);
            await using var laboratory = await open(gateways, cancellationToken);
            string key = $"{name}-{Guid.NewGuid():N}";
            // A machine inside this process ends with it: its key is of no use.
            string? shown = gateways is null ? null : key;
            if (shown is not null)
                terminal.Error.WriteLine($"boots as {OneLine.Of(shown)} (mmu boot --attach waits for it, too)");
            var report = await MachineAnswer.BootAsync(laboratory, key, request, terminal, cancellationToken);
            int code = Print(report, shown, parsed.GetValue(json), terminal);
            if (casemate)
                WriteTables(traceFile!, traceName!, handle.Description, report, cancellationToken);
            else
                traceFile?.Write(
                    TraceFileFormat.IsMermaid(traceName!) ? MermaidTrace.Render(report) : PerfettoTrace.Render(report));
            page?.Write(await BootHtml.RenderAsync(report, handle.Description));
            if (script is not null && !ReplaySource.CameTo(script, report))
                throw new UsageException(
                    $"{file}: expected the grains to end in {script.Property} on CPU {script.Cpu}, as the " +
                    $"counterexample does, found that they did not");
            return code;
        });
        HelpSections.AddTo(command, output =>
        {
            HelpSections.WriteMachines(output);
            HelpSections.WriteProtocols(output);
            HelpSections.WriteExitCodes(output);
            HelpSections.WriteTlsVariables(output);
            HelpSections.WriteExamples(output,
                "mmu boot asymmetric",
                "mmu boot --list",
                "mmu boot asymmetric --protocol spin --seed 7 --trace race.json",
                "mmu boot asymmetric --protocol my.protocol",
                "mmu boot asymmetric --protocol spin --html race.html",
                "mmu boot symmetric --force-repaint --json",
                "mmu boot machine.json --silo localhost:30000",
                "mmu boot --attach asymmetric-7f3c… --silo localhost:30000,localhost:30001",
                "mmu check spin --json > race.json; mmu boot --replay race.json");
        });
        return command;
    }

    private static int Print(BootReport report, string? key, bool json, Terminal terminal)
    {
        if (json)
            terminal.Out.Write(BootReportJson.Render(report, key));
        else
            terminal.WriteText(BootReportText.Render(report, terminal.Style, key));
        terminal.Out.Flush();
        return VerdictWords.Of(!report.Violations.IsEmpty).Code();
    }

    // Each leaf of the map is a store of its own.
    private static void WriteTables(
        OutputFile file, string name, MachineDescription machine, BootReport report,
        CancellationToken cancellationToken)
    {
        long leaves = report.After.Leaves.Sum(l => l.Value);
        if (leaves > MostTracedLeaves)
            throw new UsageException(string.Create(CultureInfo.InvariantCulture,
                $"--trace: expected a map of at most {MostTracedLeaves:N0} leaves for {name}, found {leaves:N0} (a " +
                $"trace in .json or .mmd has one event for many)"));
        file.Write(text => CasemateTrace.OfRun(
            text, machine, report.Cpus.Length, report.Recorded, cancellationToken));
    }
}
