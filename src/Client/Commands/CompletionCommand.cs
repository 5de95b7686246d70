using System.CommandLine;
using Orleans.Mmu.Client.Completions;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Client.Terminals;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Client.Commands;

/// <summary>mmu completion: a script that teaches a shell the verbs, options and names.</summary>
internal static class CompletionCommand
{
    public const string Name = "completion";

    private static readonly string[] Shells = ["bash", "zsh", "fish"];

    /// <param name="root">The command line that the script completes.</param>
    public static Command Create(Command root, Terminal terminal)
    {
        var shell = new Argument<string>("SHELL")
        {
            HelpName = string.Join('|', Shells),
            Description = "The shell that reads the script.",
        };
        shell.CompletionSources.Add(Shells);
        var command = new Command(
            Name, "Prints a script that completes verbs, options and names in a shell.") { shell };
        command.SetAction(parsed =>
        {
            string given = parsed.GetRequiredValue(shell);
            var verbs = CompletedVerb.Of(root);
            terminal.Out.Write(NearestName.Same(given, Shells) switch
            {
                "bash" => BashCompletion.Script(verbs),
                "zsh" => ZshCompletion.Script(verbs),
                "fish" => FishCompletion.Script(verbs),
                _ => throw new UsageException(
                    $"completion: expected {string.Join(", ", Shells)}, found {GivenValue.Quoted(given, Shells)}"),
            });
            return ExitCode.Done;
        });
        HelpSections.AddTo(command, output => HelpSections.WriteExamples(output,
            "source <(mmu completion bash)",
            "source <(mmu completion zsh)",
            "mmu completion fish | source"));
        return command;
    }
}
