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
    private const string Help = "help";

    /// <summary>All that can follow the verb.</summary>
    public IEnumerable<string> Words => [.. Verbs, .. Names, .. Options.Select(o => o.Name)];

    /// <summary>The verbs of a command line, the empty one first.</summary>
    public static IReadOnlyList<CompletedVerb> Of(Command root)
    {
        var verbs = Under(root, "", []).ToList();
        // The parser does not know "help boot", which the program reads itself.
        verbs[0] = verbs[0] with { Verbs = [.. verbs[0].Verbs, Help] };
        verbs.Add(new(Help, "Shows the help of a verb.", [], [], [.. root.Subcommands.Select(c => c.Name)]));
        return verbs;
    }

    private static IEnumerable<CompletedVerb> Under(Command command, string path, IReadOnlyList<Option> inherited)
    {
        var options = command.Options.Concat(inherited).Where(o => LongName(o) is not null).DistinctBy(LongName);
        yield return new(
            path, command.Description ?? "", [.. command.Subcommands.Select(c => c.Name)],
            [.. options.Select(Completed)], [.. command.Arguments.SelectMany(Values)]);
        List<Option> passed = [.. inherited, .. command.Options.Where(o => o.Recursive)];
        foreach (var verb in command.Subcommands)
        {
            foreach (var completed in Under(verb, $"{path} {verb.Name}".TrimStart(), passed))
                yield return completed;
        }
    }

    private static CompletedOption Completed(Option option)
    {
        string name = LongName(option)!;
        bool takesValue = option.ValueType != typeof(bool) && option.Arity.MaximumNumberOfValues > 0;
        // Not "/h" and "-?", which shells would take for files.
        var aliases = option.Aliases.Prepend(option.Name).Where(
            a => a is ['-', '-', ..] or ['-', (>= 'a' and <= 'z') or (>= 'A' and <= 'Z')]);
        return new(name, [.. aliases.Where(a => a != name).Distinct(StringComparer.Ordinal)],
            FirstSentence(option.Description), takesValue, takesValue ? Values(option) : []);
    }

    // "--output" of "-o".
    private static string? LongName(Option option) =>
        option.Aliases.Prepend(option.Name).FirstOrDefault(n => n.StartsWith("--", StringComparison.Ordinal));

    // Of a name of several words, such as a protocol's step, the first.
    private static IReadOnlyList<string> Values(Symbol symbol) =>
    [
        .. symbol.GetCompletions(CompletionContext.Empty).Select(c => c.Label.Split(' ')[0]).Where(IsPlain)
            .Distinct(StringComparer.Ordinal),
    ];

    // A name with a character that shells interpret would need quotes in each of them.
    private static bool IsPlain(string name) => name.Any(char.IsAsciiLetterOrDigit)
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '+' or '=');

    private static string FirstSentence(string? text) => text?.Split(". ")[0].TrimEnd('.', ':') ?? "";
}

/// <summary>An option as shells complete it.</summary>
/// <param name="Name">Its long name: --output.</param>
/// <param name="Aliases">What else names it: -o.</param>
/// <param name="TakesValue">Whether a value follows.</param>
/// <param name="Values">
/// The names that the value may be, or beginnings that end in =; empty where it is a number or a file.
/// </param>
internal sealed record CompletedOption(
    string Name, IReadOnlyList<string> Aliases, string About, bool TakesValue, IReadOnlyList<string> Values);
