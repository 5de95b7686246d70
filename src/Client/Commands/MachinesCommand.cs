using System.CommandLine;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Client.Rendering;
using Orleans.Mmu.Client.Terminals;
using Orleans.Mmu.Linux.MachineFiles;

namespace Orleans.Mmu.Client.Commands;

/// <summary>mmu machines: the built-in machines, or one of them as a machine file to start from.</summary>
internal static class MachinesCommand
{
    public static Command Create(Terminal terminal)
    {
        var name = new Argument<string?>("NAME")
        {
            HelpName = "NAME",
            Description = "The machine to print; all are listed without it.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        name.CompletionSources.Add(
            _ => BuiltInMachines.Names.Select(n => new System.CommandLine.Completions.CompletionItem(n)));
        var list = new Option<bool>("--list") { Description = "List all, as without a name." };
        var json = JsonOption.Create();
        var command = new Command(
            "machines", "Lists the built-in machines, or prints one as a machine file to start from.")
        {
            name, list, json,
        };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(name) is not { } wanted)
            {
                if (parsed.GetValue(json))
                    terminal.Out.Write(MachineList.Json());
                else
                    terminal.WriteText(MachineList.Text());
                return ExitCode.Done;
            }

            GivenOptions.Refuse(parsed, "a machine, which is printed alone", list);
            string file = BuiltInMachines.Find(wanted) ?? throw new UsageException(
                "machines: expected a machine that mmu machines lists, found "
                + GivenValue.Quoted(wanted, BuiltInMachines.Names));
            terminal.Out.Write(parsed.GetValue(json) ? MachineList.Strict(file) : file);
            return ExitCode.Done;
        });
        HelpSections.AddTo(command, output => HelpSections.WriteExamples(output,
            "mmu machines", "mmu machines --json", "mmu machines asymmetric > machine.json"));
        return command;
    }
}
