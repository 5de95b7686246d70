using System.CommandLine;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Client.Commands;

/// <summary>Options whose value is one of a list of names, found whatever their case.</summary>
internal static class ChoiceOption
{
    /// <summary>Restricts an option to the names; its value is the name as the list spells it.</summary>
    public static void Restrict(Option<string> option, params IReadOnlyList<string> names)
    {
        option.CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (NearestName.Same(text, names) is { } name)
                return name;
            result.AddError(
                $"{option.Name}: expected {OneOf(names)}, found {GivenValue.Quoted(text, names)}");
            return text;
        };
        option.CompletionSources.Add(_ => names.Select(n => new System.CommandLine.Completions.CompletionItem(n)));
    }

    // "a, b or c".
    private static string OneOf(IReadOnlyList<string> names) => names.Count == 1 ? names[0]
        : $"{string.Join(", ", names.SkipLast(1))} or {names[^1]}";
}
