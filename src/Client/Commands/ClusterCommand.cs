using System.CommandLine;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Client.Laboratories;
using Orleans.Mmu.Client.Rendering;
using Orleans.Mmu.Client.Results;
using Orleans.Mmu.Client.Terminals;
using Orleans.Mmu.Interfaces.Reports;

namespace Orleans.Mmu.Client.Commands;

/// <summary>mmu cluster: the silos and machines of a running cluster.</summary>
internal static class ClusterCommand
{
    public static Command Create(LaboratoryOpener open, Terminal terminal)
    {
        var options = new ClusterOptions();
        var limit = WholeNumber.Option(
            "--limit", "NUMBER", "Machines that are listed, the newest first.", usual: 100, most: 100_000);
        var command = new Command("cluster", "Lists the silos and machines of a running cluster.")
        {
            limit, ClusterShowCommand.Create(open, options, terminal),
            ClusterRemoveCommand.Create(open, options, terminal),
        };
        options.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var laboratory = await open(options.Silo(parsed), cancellationToken);
            var cluster = new ClusterMachines(laboratory.Grains, cancellationToken);
            var page = await Watch.ForAsync(
                _ => Task.FromResult(new BootProgress("asks the cluster", 0, 0)),
                ListAsync(cluster, parsed.GetValue(limit)), terminal, cancellationToken);
            if (options.IsJson(parsed))
                terminal.Out.Write(ClusterJson.Render(page));
            else
                terminal.WriteText(ClusterText.Render(page, terminal.Style));
            return ExitCode.Done;
        });
        HelpSections.AddTo(command, output =>
        {
            HelpSections.WriteClusterExitCodes(output);
            HelpSections.WriteTlsVariables(output);
            HelpSections.WriteExamples(output,
                "mmu cluster --silo localhost:30000",
                "mmu cluster show asymmetric-7f3c… --silo localhost:30000",
                "mmu cluster remove asymmetric-7f3c… --silo localhost:30000",
                "mmu cluster remove --older 1h --silo localhost:30000,localhost:30001 --json");
        });
        return command;
    }

    private static async Task<ClusterPage> ListAsync(ClusterMachines cluster, int limit)
    {
        var silos = await cluster.SilosAsync();
        var (entries, _) = await cluster.ListAsync();
        return new(silos, await cluster.CheckAsync(entries.Take(limit)), Math.Max(0, entries.Length - limit));
    }
}
