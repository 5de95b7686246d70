using System.CommandLine;
using Orleans.Mmu.Client.Exits;

namespace Orleans.Mmu.Client.Commands;

/// <summary>--format of the mutants: tables for people, or Markdown for a page.</summary>
internal sealed class MutantFormatOption
{
    private const string Text = "text";
    private const string Markdown = "markdown";

    public MutantFormatOption() => ChoiceOption.Restrict(Option, Text, Markdown);

    /// <summary>The option, to add to a command.</summary>
    public Option<string> Option { get; } = new("--format")
    {
        HelpName = $"{Text}|{Markdown}",
        Description = "The tables of --mutants as text, or in Markdown for a page.",
        DefaultValueFactory = _ => Text,
    };

    /// <summary>Whether the mutants are wanted in Markdown.</summary>
    /// <exception cref="UsageException">The option stands without --mutants, or beside --json.</exception>
    public bool IsMarkdown(ParseResult parsed, bool mutants, bool json)
    {
        if (!GivenOptions.Has(parsed, Option))
            return false;
        if (!mutants || json)
            throw new UsageException(
                $"--format: expected --mutants without --json beside it, found {(json ? "--json" : "no --mutants")}");
        return parsed.GetRequiredValue(Option) == Markdown;
    }
}
