using System.CommandLine;
using Orleans.Mmu.Client.Exits;
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
        var command = new Command(
            "machines", "Lists the built-in machines, or prints one as a machine file to start from.") { name };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(name) is not { } wanted)
            {
                int width = BuiltInMachines.Names.Max(n => n.Length);
                foreach (string known in BuiltInMachines.Names)
                    terminal.Out.WriteLine($"{known.PadRight(width)}  {BuiltInMachines.Summary(known)}");
                return ExitCode.Done;
            }

            terminal.Out.Write(BuiltInMachines.Find(wanted) ?? throw new UsageException(
                "machines: expected a machine that mmu machines lists, found "
                + GivenValue.Quoted(wanted, BuiltInMachines.Names)));
            return ExitCode.Done;
        });
        HelpSections.AddTo(command, output => HelpSections.WriteExamples(output,
            "mmu machines", "mmu machines asymmetric > machine.json"));
        return command;
    }
}
