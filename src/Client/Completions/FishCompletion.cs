using System.Text;

namespace Orleans.Mmu.Client.Completions;

/// <summary>Completion for fish: a line for each verb, option and list of names.</summary>
internal static class FishCompletion
{
    /// <summary>The script, to be read by a shell: <c>mmu completion fish | source</c>.</summary>
    public static string Script(IReadOnlyList<CompletedVerb> verbs)
    {
        var text = new StringBuilder();
        foreach (var verb in verbs)
        {
            string here = Condition(verb);
            foreach (string next in verb.Verbs)
            {
                string path = $"{verb.Path} {next}".TrimStart();
                Line(text, here, $"-f -a {next}", verbs.First(v => v.Path == path).About);
            }

            if (verb.Names.Count > 0)
                Line(text, here, $"-a '{string.Join(' ', verb.Names)}'", "");
            foreach (var option in verb.Options)
            {
                string value = !option.TakesValue ? "" : option.Values.Count == 0 ? " -r"
                    : $" -x -a '{Values(option)}'";
                string letters = string.Concat(option.Aliases.Where(a => a.Length == 2).Select(a => $"-s {a[1]} "));
                Line(text, here, $"{letters}-l {option.Name[2..]}{value}", option.About);
            }
        }

        return text.ToString();
    }

    // fish's own function offers the next name of a list behind its comma; what comes behind "=" is no name.
    private static string Values(CompletedOption option)
    {
        string names = string.Join(' ', option.Values);
        return option.Values.Any(v => v.EndsWith('=')) ? names
            : $"(__fish_complete_list , \"string join \\n -- {names}\")";
    }

    // A verb's own verbs are offered until one of them is given.
    private static string Condition(CompletedVerb verb)
    {
        string seen = string.Join("; and ", verb.Path.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(w => $"__fish_seen_subcommand_from {w}"));
        string unseen = verb.Verbs.Count == 0
            ? "" : $"not __fish_seen_subcommand_from {string.Join(' ', verb.Verbs)}";
        return seen.Length > 0 && unseen.Length > 0 ? $"{seen}; and {unseen}" : seen + unseen;
    }

    private static void Line(StringBuilder text, string condition, string what, string about)
    {
        text.Append("complete -c mmu -n '").Append(condition).Append("' ").Append(what);
        if (about.Length > 0)
            text.Append(" -d '").Append(about.Replace("\\", "\\\\", StringComparison.Ordinal)
                .Replace("'", "\\'", StringComparison.Ordinal)).Append('\'');
        text.Append('\n');
    }
}
