using System.CommandLine;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Client.Rendering;
using Orleans.Mmu.Client.Terminals;
using Orleans.Mmu.Linux.MachineFiles;

namespace Orleans.Mmu.Client.Commands;

/// <summary>The argument MACHINE of a verb, and --list, which names the built-in machines in its place.</summary>
internal sealed class MachineArgument
{
    private readonly string _verb;

    /// <param name="verb">The verb, for messages.</param>
    public MachineArgument(string verb)
    {
        _verb = verb;
        Argument = new("MACHINE")
        {
            HelpName = "MACHINE",
            Description = "A built-in machine, or a machine file.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Argument.CompletionSources.Add(
            _ => BuiltInMachines.Names.Select(n => new System.CommandLine.Completions.CompletionItem(n)));
    }

    public Argument<string?> Argument { get; }

    /// <summary>--list.</summary>
    public Option<bool> List { get; } = new("--list") { Description = "List the built-in machines." };

    /// <summary>Whether --list was given, whose answer is then written.</summary>
    /// <exception cref="UsageException">There is a machine or another option beside --list.</exception>
    public bool IsListed(ParseResult parsed, bool json, Terminal terminal)
    {
        if (!parsed.GetValue(List))
            return false;
        if (parsed.GetValue(Argument) is { } beside)
            throw new UsageException($"--list: expected no machine beside it, found {GivenValue.Quoted(beside)}");
        GivenOptions.Refuse(parsed, "--list, which names the machines and nothing else",
            [.. parsed.CommandResult.Command.Options.Where(o => o != List && o.Name is not ("--json" or "--format"))]);
        if (json)
            terminal.Out.Write(MachineList.Json());
        else
            terminal.WriteText(MachineList.Text());
        return true;
    }

    /// <summary>The machine of the command line.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public string Required(ParseResult parsed) => parsed.GetValue(Argument)
        ?? throw new UsageException($"{_verb}: expected a machine, found none (see mmu {_verb} --list)");
}
