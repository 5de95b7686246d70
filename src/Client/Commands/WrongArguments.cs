using System.CommandLine;
using System.CommandLine.Parsing;
using Orleans.Mmu.Client.Exits;

namespace Orleans.Mmu.Client.Commands;

/// <summary>What the parser refuses, as "expected …, found …".</summary>
internal static class WrongArguments
{
    /// <summary>The first error of a command line whose verb is known.</summary>
    public static string Of(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        if (parsed.UnmatchedTokens is [var found, ..])
            return $"{command.Name}: expected {Most(command)}, found {GivenValue.Quoted(found)}";
        var error = parsed.Errors[0];
        return error.SymbolResult switch
        {
            OptionResult { IdentifierTokenCount: > 1 } option
                when option.Tokens.Count > option.Option.Arity.MaximumNumberOfValues =>
                $"{option.Option.Name}: expected it once, found it {option.IdentifierTokenCount} times",
            OptionResult { Tokens.Count: 0, Option.Arity.MinimumNumberOfValues: > 0 } option =>
                $"{option.Option.Name}: expected {ValueOf(option.Option)}, found none",
            ArgumentResult { Tokens.Count: 0 } argument when argument.Parent is OptionResult { Option: var option } =>
                $"{option.Name}: expected {ValueOf(option)}, found none",
            ArgumentResult { Tokens.Count: 0 } argument =>
                $"{command.Name}: expected {argument.Argument.HelpName ?? argument.Argument.Name}, found none",
            CommandResult { Command.Subcommands.Count: > 0 } =>
                $"{command.Name}: expected {SubcommandsOf(command)}, found none",
            _ => error.Message,
        };
    }

    private static string SubcommandsOf(Command command) =>
        string.Join(" or ", command.Subcommands.Select(c => c.Name));

    private static string ValueOf(Option option) => option.HelpName ?? "a value";

    private static string Most(Command command) => command.Arguments.Sum(a => a.Arity.MaximumNumberOfValues) switch
    {
        0 => command.Subcommands.Count > 0 ? SubcommandsOf(command) : "no argument",
        1 => $"{command.Arguments[0].HelpName ?? command.Arguments[0].Name} alone",
        var most => $"at most {most} arguments",
    };
}
