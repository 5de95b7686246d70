using System.CommandLine;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Client.Laboratories;
using Orleans.Mmu.Client.Rendering;
using Orleans.Mmu.Client.Terminals;

namespace Orleans.Mmu.Client.Commands;

/// <summary>mmu cluster show: one machine of a cluster in full.</summary>
internal static class ClusterShowCommand
{
    public static Command Create(LaboratoryOpener open, ClusterOptions options, Terminal terminal)
    {
        var key = new Argument<string>("KEY") { HelpName = "KEY", Description = "The machine's key." };
        var command = new Command(
            "show", "Prints one machine in full: phase, epoch, take-ups, report and log.") { key };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string wanted = ClusterOptions.Key(parsed.GetRequiredValue(key));
            var silo = options.Silo(parsed);
            await using var laboratory = await open(silo, cancellationToken);
            var machine = await new ClusterMachines(laboratory.Grains, cancellationToken).FindAsync(wanted)
                ?? throw ClusterOptions.Unknown(wanted, silo);
            terminal.Out.Write(options.IsJson(parsed)
                ? MachineDetailsJson.Render(machine) : MachineDetailsText.Render(machine, terminal.Style));
            return ExitCode.Done;
        });
        HelpSections.AddTo(command, output =>
        {
            HelpSections.WriteClusterExitCodes(output);
            HelpSections.WriteTlsVariables(output);
            HelpSections.WriteExamples(output,
                "mmu cluster show asymmetric-7f3c… --silo localhost:30000",
                "mmu cluster show asymmetric-7f3c… --silo localhost:30000 --json");
        });
        return command;
    }
}
