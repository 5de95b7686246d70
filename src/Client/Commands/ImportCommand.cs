using System.CommandLine;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Client.Machines;
using Orleans.Mmu.Client.Rendering;
using Orleans.Mmu.Client.Terminals;
using Orleans.Mmu.Import.Machines;
using Orleans.Mmu.Import.Places;

namespace Orleans.Mmu.Client.Commands;

/// <summary>mmu import: a machine file made of what a real machine says of itself.</summary>
internal static class ImportCommand
{
    public static Command Create(Terminal terminal)
    {
        var options = new ImportCommandOptions();
        var command = new Command(
            "import", "Makes a machine file of what a real machine says of itself, such as /proc/iomem.");
        options.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (parsed.GetValue(options.Script))
            {
                options.RefuseFiles(parsed);
                terminal.Out.Write(CollectingScript.Text);
                return ExitCode.Done;
            }

            var output = parsed.GetValue(options.Output) is { } path ? OutputFile.Open("-o", path) : null;
            await Task.Run(() =>
            {
                var (files, given) = options.Read(parsed);
                var machine = ImportedMachine.Of(files, given);
                foreach (string warning in machine.Warnings)
                    MachineSource.Warn(warning, terminal);
                string text = parsed.GetValue(options.Json) ? MachineList.Strict(machine.Text) : machine.Text;
                if (output is null)
                    terminal.Out.Write(text);
                else
                    output.Write(text);
            }, cancellationToken).WaitAsync(cancellationToken);
            return ExitCode.Done;
        });
        HelpSections.AddTo(command, output => HelpSections.WriteExamples(output,
            "mmu import --script > collect.sh; ssh HOST sh -s < collect.sh > host.tar",
            "mmu import host.tar -o host.json",
            "mmu import FOLDER | tee machine.json",
            "mmu import --cpuinfo /proc/cpuinfo --iomem iomem.txt --version 6.18.15-arm64 --page-size 4K --va-bits 48",
            "mmu import --dmesg dmesg.txt --config config.gz --system-map System.map"));
        return command;
    }
}
