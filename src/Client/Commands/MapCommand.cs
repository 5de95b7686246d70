using System.CommandLine;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Client.Files;
using Orleans.Mmu.Client.Machines;
using Orleans.Mmu.Client.Rendering;
using Orleans.Mmu.Client.Terminals;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Linux.Capabilities;
using Orleans.Mmu.Linux.Changes;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.Machines;
using Orleans.Mmu.Linux.Maps;
using Orleans.Mmu.Linux.Ptdump;
using Orleans.Mmu.Linux.RunningKernel;

namespace Orleans.Mmu.Client.Commands;

/// <summary>mmu map: the linear map at the end of a machine's boot. It needs no silo and no grains.</summary>
internal static class MapCommand
{
    private const int MaxPtdumpBytes = 64 << 20;
    private const int MaxChangesBytes = 64 << 20;

    public static Command Create(Terminal terminal)
    {
        var machine = new MachineArgument("map");
        var from = new Option<string?>("--from")
        {
            HelpName = "PTDUMP",
            Description =
                "Start from the linear mapping in this text of /sys/kernel/debug/kernel_page_tables, not from boot.",
        };
        var changes = new Option<string?>("--changes")
        {
            HelpName = "FILE",
            Description =
                "Then make the permission changes of this file: a line \"CALL VA PAGES\" each, where CALL is " +
                "set_memory_ro|rw|nx|x|rox|valid|invalid|decrypted|encrypted or set_direct_map_invalid|default; " +
                "\"vmalloc VA PAGES PA\" maps an area.",
        };
        var format = new MapFormatOption();
        var html = HtmlOption.Create("the map: which leaves lie where, and why");

        var command = new Command(
            "map", "Shows the linear map that a machine's kernel ends boot with, or has after changes.") {
            machine.Argument, machine.List, changes, from, html };
        foreach (var option in format.All)
            command.Options.Add(option);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string how = format.Of(parsed);
            if (machine.IsListed(parsed, format.IsJson(parsed), terminal))
                return ExitCode.Done;
            var description = MachineSource.Read(machine.Required(parsed), terminal);
            var page = parsed.GetValue(html) is { } name ? HtmlOption.Open(name) : null;
            await Task.Run(async () =>
            {
                var start = parsed.GetValue(from) is { } text
                    ? FromPtdump(text, description, terminal) : FromBoot(description);
                var tables = parsed.GetValue(changes) is { } file
                    ? Change(file, start, description, terminal, cancellationToken) : start.Tables;
                var map = new KernelMap(tables, start.Painter.Swapper, MapRange.Linear);
                MapFormats.Print(
                    how, map, description, start.Why, terminal.Out, cancellationToken);
                // The two text formats are the map alone, so that other programs can compare them.
                if (start.Why is { } why && how != MapFormats.Json)
                    Explain(description, why, terminal);
                page?.Write(await MapHtml.RenderAsync(description.Name, map, start.Why));
            }, cancellationToken).WaitAsync(cancellationToken);
            return ExitCode.Done;
        });
        HelpSections.AddTo(command, output =>
        {
            HelpSections.WriteMachines(output);
            HelpSections.WriteExamples(output,
                "mmu map symmetric",
                "mmu map --list",
                "mmu map machine.json --changes changes.txt",
                "mmu map machine.json --format ptdump",
                "mmu map machine.json --html map.html",
                "mmu map machine.json --from kernel_page_tables --format json");
        });
        return command;
    }

    // A file about another map has as many.
    private const int MostNotes = 8;

    private static void Explain(MachineDescription machine, ModeReason why, Terminal terminal)
    {
        string name = OneLine.Of(machine.Name);
        terminal.Error.WriteLine($"{name}: mode {BootModeName.Of(why.Mode)}: {why.Sentence}");
        if (KernelIsolation.Of(machine) is { NotGlobal: true } isolation)
            terminal.Error.WriteLine($"{name}: kpti: {isolation.Sentence}");
    }

    /// <summary>A map before changes are applied.</summary>
    /// <param name="Painter">The machine's layout and root, and the remaining pages for tables.</param>
    /// <param name="Why">The boot mode with its reason; null if the map was read from a file.</param>
    private readonly record struct StartingMap(LinearMapPainter Painter, TableSnapshot Tables, ModeReason? Why);

    private static StartingMap FromBoot(MachineDescription machine)
    {
        var boot = MachineBoot.Of(machine);
        return new(boot.Painter, boot.Final, boot.Why);
    }

    private static StartingMap FromPtdump(string file, MachineDescription machine, Terminal terminal)
    {
        var rows = PtdumpReader.Read(file, InputFile.ReadText(file, "a ptdump", MaxPtdumpBytes), machine.Geometry);
        var painter = new LinearMapPainter(machine);
        var tables = PtdumpTables.Build(file, rows, machine, painter);
        foreach (string line in PtdumpAmbiguities.Of(file, rows, machine))
            terminal.Error.WriteLine(OneLine.Message(line));
        return new(painter, tables, null);
    }

    // A change that the kernel refuses is not an error in the file: it is reported as the kernel's warning.
    private static TableSnapshot Change(
        string file, StartingMap start, MachineDescription machine, Terminal terminal,
        CancellationToken cancellationToken)
    {
        using var text = new StringReader(InputFile.ReadText(file, "a changes file", MaxChangesBytes));
        var changes = ChangesFile.Parse(file, text, machine);
        foreach (var change in UnmappedChanges.Of(new(start.Tables, start.Painter.Swapper, MapRange.Linear),
            machine.Geometry, changes).Take(MostNotes))
            terminal.Error.WriteLine(OneLine.Message(
                $"{file}:{change.Line}: nothing is mapped at {change.Start}, so nothing changes"));
        var warnings = new KernelWarnings(file);
        var tables = ChangedMap.Apply(
            KernelContext.AfterBoot(machine, start.Painter), start.Tables, changes, warnings.Add, cancellationToken);
        warnings.WriteTo(terminal.Error);
        return tables;
    }
}
