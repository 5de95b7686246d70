using System.Collections.Immutable;
using System.CommandLine;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Client.Laboratories;
using Orleans.Mmu.Client.Rendering;
using Orleans.Mmu.Client.Results;
using Orleans.Mmu.Client.Terminals;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Interfaces.Reports;

namespace Orleans.Mmu.Client.Commands;

/// <summary>mmu cluster remove: deletes what a cluster has of machines.</summary>
internal static class ClusterRemoveCommand
{
    private const string Busy = "it boots or runs a scenario (--force cancels that and removes the machine)";

    public static Command Create(LaboratoryOpener open, ClusterOptions options, Terminal terminal)
    {
        var key = new Argument<string?>("KEY")
        {
            HelpName = "KEY",
            Description = "The machine's key.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var older = AgeOption.Create(
            "--older", "Remove every machine whose boot ended this long ago; a machine that boots stays.");
        var force = new Option<bool>("--force")
        {
            Description = "Remove a machine that boots or runs a scenario, too; what it does is cancelled.",
        };
        var command = new Command(
            "remove", "Deletes a machine's state, its reminder and its activations.") { key, older, force };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (wanted, age) = (parsed.GetValue(key), parsed.GetValue(older));
            if (wanted is null == age is null)
                throw new UsageException($"cluster remove: expected KEY or --older, found "
                    + $"{(wanted is null ? "neither" : "both")} (see mmu cluster remove --help)");
            if (wanted is not null)
                ClusterOptions.Key(wanted);
            var silo = options.Silo(parsed);
            await using var laboratory = await open(silo, cancellationToken);
            var cluster = new ClusterMachines(laboratory.Grains, cancellationToken);
            var removals = wanted is not null
                ? await RemoveAsync(cluster, wanted, parsed.GetValue(force), silo)
                : await RemoveOlderAsync(cluster, age!.Value, parsed.GetValue(force), terminal, cancellationToken);
            foreach (string left in removals.Left)
                terminal.Error.WriteLine($"{OneLine.Of(left)} stays: {Busy}");
            terminal.Out.Write(options.IsJson(parsed) ? ClusterJson.Render(removals) : ClusterText.Render(removals));
            return ExitCode.Done;
        });
        HelpSections.AddTo(command, output =>
        {
            HelpSections.WriteClusterExitCodes(output);
            HelpSections.WriteTlsVariables(output);
            HelpSections.WriteExamples(output,
                "mmu cluster remove asymmetric-7f3c… --silo localhost:30000",
                "mmu cluster remove asymmetric-7f3c… --force --silo localhost:30000",
                "mmu cluster remove --older 7d --silo localhost:30000 --json");
        });
        return command;
    }

    private static async Task<ClusterRemovals> RemoveAsync(
        ClusterMachines cluster, string key, bool force, Gateways silo) =>
        await cluster.RemoveAsync(key, force) switch
        {
            Removal.Removed => new([key], []),
            Removal.UnderWay => throw new UsageException($"cluster remove: {key} stays: {Busy}"),
            _ => throw ClusterOptions.Unknown(key, silo),
        };

    private static async Task<ClusterRemovals> RemoveOlderAsync(
        ClusterMachines cluster, TimeSpan age, bool force, Terminal terminal, CancellationToken cancellationToken)
    {
        var (entries, now) = await cluster.ListAsync();
        ImmutableArray<MachineEntry> old = [.. entries.Where(e => now - e.Changed >= age)];
        int done = 0;
        var answers = await Watch.ForAsync(
            _ => Task.FromResult(new BootProgress("removes machines", done, old.Length)),
            ClusterMachines.EachAsync(old, async entry =>
            {
                var answer = await cluster.RemoveAsync(entry.Key, force);
                Interlocked.Increment(ref done);
                return (entry.Key, answer);
            }), terminal, cancellationToken);
        // A machine that did not exist any more is removed from the list.
        return new([.. answers.Where(a => a.answer != Removal.UnderWay).Select(a => a.Key)],
            [.. answers.Where(a => a.answer == Removal.UnderWay).Select(a => a.Key)]);
    }
}
