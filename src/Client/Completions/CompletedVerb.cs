using System.CommandLine;
using System.CommandLine.Completions;

namespace Orleans.Mmu.Client.Completions;

/// <summary>What can follow a verb on a command line.</summary>
/// <param name="Path">The verb's words, such as "boot" or "cluster show"; empty before there is a verb.</param>
/// <param name="About">What the verb does, in a sentence.</param>
/// <param name="Verbs">The verbs that may follow.</param>
/// <param name="Options">Its options.</param>
/// <param name="Names">The names that its arguments may be, beside files.</param>
internal sealed record CompletedVerb(
    string Path, string About, IReadOnlyList<string> Verbs, IReadOnlyList<CompletedOption> Options,
    IReadOnlyList<string> Names)
{
    /// <summary>All that can follow the verb.</summary>
    public IEnumerable<string> Words => [.. Verbs, .. Names, .. Options.Select(o => o.Name)];

    /// <summary>The verbs of a command line, the empty one first.</summary>
    public static IReadOnlyList<CompletedVerb> Of(Command root) => [.. Under(root, "", [])];

    private static IEnumerable<CompletedVerb> Under(Command command, string path, IReadOnlyList<Option> inherited)
    {
        var options = command.Options.Concat(inherited).Where(o => o.Name.StartsWith("--", StringComparison.Ordinal))
            .DistinctBy(o => o.Name).ToList();
        yield return new(
            path, command.Description ?? "", [.. command.Subcommands.Select(c => c.Name)],
            [.. options.Select(o => new CompletedOption(
                o.Name, FirstSentence(o.Description), o.ValueType != typeof(bool) && o.Arity.MaximumNumberOfValues > 0,
                o.ValueType == typeof(bool) ? [] : Values(o)))],
            [.. command.Arguments.SelectMany(Values)]);
        List<Option> passed = [.. inherited, .. command.Options.Where(o => o.Recursive)];
        foreach (var verb in command.Subcommands)
        {
            foreach (var completed in Under(verb, $"{path} {verb.Name}".TrimStart(), passed))
                yield return completed;
        }
    }

    private static IReadOnlyList<string> Values(Symbol symbol) =>
        [.. symbol.GetCompletions(CompletionContext.Empty).Select(c => c.Label).Where(IsPlain)];

    // A name with a space or a character that shells interpret would need quotes in each of them.
    private static bool IsPlain(string name) =>
        name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '+');

    private static string FirstSentence(string? text) => text?.Split(". ")[0].TrimEnd('.', ':') ?? "";
}

/// <summary>An option as shells complete it.</summary>
/// <param name="TakesValue">Whether a value follows.</param>
/// <param name="Values">The names that the value may be; empty where it is a number or a file.</param>
internal sealed record CompletedOption(string Name, string About, bool TakesValue, IReadOnlyList<string> Values);
