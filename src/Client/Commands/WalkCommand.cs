using System.CommandLine;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Client.Files;
using Orleans.Mmu.Client.Rendering;
using Orleans.Mmu.Client.Terminals;
using Orleans.Mmu.Linux.Maps;

namespace Orleans.Mmu.Client.Commands;

/// <summary>mmu walk: decodes page tables dumped from a machine's memory.</summary>
internal static class WalkCommand
{
    public static Command Create(Terminal terminal)
    {
        var tables = new Argument<string>(
            "TABLES")
        {
            HelpName = "TABLES",
            Description = "Dumped table pages (A64TBL01), as they are or compressed with zstd."
        };
        var registers = new Option<string>("--registers")
        {
            HelpName = "FILE",
            Required = true,
            Description =
                "System registers: lines such as \"cpu0 TCR_EL1 = 0x5001f5b5503510\"; TTBR1_EL1 and TCR_EL1 are " +
                "needed.",
        };
        var range = new Option<string>("--range")
        {
            HelpName = "linear|all",
            Description = "The linear map, or all that TTBR1_EL1 translates.",
            DefaultValueFactory = _ => "linear",
        };
        ChoiceOption.Restrict(range, ["linear", "all"]);
        var format = new MapFormatOption();

        var command = new Command(
            "walk", "Decodes page tables that were dumped from memory.") { tables, registers, range };
        foreach (var option in format.All)
            command.Options.Add(option);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string file = parsed.GetRequiredValue(tables);
            var seen = parsed.GetRequiredValue(range) == "all" ? MapRange.All : MapRange.Linear;
            string how = format.Of(parsed);
            // A large dump takes a while to read; Ctrl-C does not wait for it.
            await Task.Run(() =>
            {
                var regime = DumpFiles.ReadRegisters(parsed.GetRequiredValue(registers));
                var snapshot = DumpFiles.Decode(file, DumpFiles.ReadTables(file), regime);
                MapFormats.Print(
                    how, new(
                        snapshot, regime.Ttbr.RootAddress, seen), null, null, terminal.Out,
                    cancellationToken);
            }, cancellationToken).WaitAsync(cancellationToken);
            return ExitCode.Done;
        });
        HelpSections.AddTo(command, output => HelpSections.WriteExamples(output,
            "mmu walk tables.bin.zst --registers registers.txt",
            "mmu walk tables.bin.zst --registers registers.txt --range all --format ptdump"));
        return command;
    }
}
