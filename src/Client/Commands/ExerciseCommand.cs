using System.CommandLine;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Client.Laboratories;
using Orleans.Mmu.Client.Machines;
using Orleans.Mmu.Client.Rendering;
using Orleans.Mmu.Client.Terminals;
using Orleans.Mmu.Interfaces.MachineFiles;
using Orleans.Mmu.Interfaces.Scenarios;
using Orleans.Mmu.Linux.MachineFiles;
using Orleans.Mmu.Speculation.Scenarios;

namespace Orleans.Mmu.Client.Commands;

/// <summary>mmu exercise: a booted kernel changes its map while every CPU loads and stores.</summary>
internal static class ExerciseCommand
{
    private const int Accesses = 256;

    public static Command Create(LaboratoryOpener open, Terminal terminal)
    {
        var machine = new Argument<string?>("MACHINE")
        {
            HelpName = "MACHINE",
            Description = "A built-in machine, or a machine file.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        machine.CompletionSources.Add(
            _ => BuiltInMachines.Names.Select(n => new System.CommandLine.Completions.CompletionItem(n)));
        var scenario = new Option<string>("--scenario")
        {
            HelpName = "NAME",
            Description = "The kernel calls to perform.",
            DefaultValueFactory = _ => Scenario.Modules.Name,
        };
        ChoiceOption.Restrict(scenario, [.. Scenario.All.Select(s => s.Name)]);
        var withoutFlush = new Option<bool>(
            "--without-flush")
        { Description = "Leave out every TLB invalidation: a mistake to look at." };
        var list = new Option<bool>("--list") { Description = "List the scenarios." };
        var seed = BootOptions.Seed();
        var silo = new SiloOptions();
        var json = JsonOption.Create();
        var command = new Command("exercise", "Boots a machine and changes its map while every CPU loads and stores.")
        {
            machine, scenario, seed, withoutFlush, list, json,
        };
        silo.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (parsed.GetValue(list))
            {
                if (parsed.GetValue(machine) is { } beside)
                {
                    throw new UsageException(
                        $"--list: expected no machine beside it, found {GivenValue.Quoted(beside)}");
                }

                GivenOptions.Refuse(
                    parsed, "--list, which boots nothing", [scenario, seed, withoutFlush, .. silo.All]);
                if (parsed.GetValue(json))
                    terminal.Out.Write(ScenarioJson.List());
                else
                    terminal.WriteText(ScenarioText.List());
                return ExitCode.Done;
            }

            if (parsed.GetValue(machine) is not { } name)
                throw new UsageException("exercise: expected a machine, found none (see mmu exercise --help)");
            var handle = new MachineHandle(name, MachineSource.ReadText(name));
            MachineSource.Warn(handle.Description, terminal);
            var request = new ScenarioRequest(
                handle, parsed.GetRequiredValue(scenario), parsed.GetRequiredValue(seed), Accesses,
                parsed.GetValue(withoutFlush));
            await using var laboratory = await open(silo.Of(parsed), cancellationToken);
            string key = $"{handle.Description.Name}-{Guid.NewGuid():N}";
            var answer = await Watch.ForAsync(
                token => laboratory.Grains.GetGrain<IScenarioGrain>(key).GetProgress(token),
                LongCallAnswer.OfAsync(
                    laboratory, (grains, token) => grains.GetGrain<IScenarioGrain>(key).Run(request, token),
                    (grains, token) => grains.GetGrain<IScenarioGrain>(key).GetProgress(token), cancellationToken),
                terminal, cancellationToken);
            var report = answer.Report
                ?? throw new UsageException(answer.InputError ?? $"{name}: the silo gave no report");
            if (parsed.GetValue(json))
                terminal.Out.Write(ScenarioJson.Render(report));
            else
                terminal.WriteText(ScenarioText.Render(report, terminal.Style));
            terminal.Out.Flush();
            return VerdictWords.Of(!report.Violations.IsEmpty).Code();
        });
        HelpSections.AddTo(command, output =>
        {
            HelpSections.WriteMachines(output);
            HelpSections.WriteScenarios(output);
            HelpSections.WriteExitCodes(output);
            HelpSections.WriteTlsVariables(output);
            HelpSections.WriteExamples(output,
                "mmu exercise symmetric",
                "mmu exercise asymmetric --scenario most-of-memory",
                "mmu exercise symmetric --without-flush --seed 7");
        });
        return command;
    }
}
