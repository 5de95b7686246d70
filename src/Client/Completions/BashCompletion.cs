using System.Text;

namespace Orleans.Mmu.Client.Completions;

/// <summary>
/// Completion for bash. The names are part of the script, so that completing a word does not start this program. Where
/// no name fits, bash completes files.
/// </summary>
internal static class BashCompletion
{
    /// <summary>The script, to be read by a shell: <c>source &lt;(mmu completion bash)</c>.</summary>
    /// <remarks>
    /// bash takes the = of --option=value for a word of its own, zsh does not split the three. Behind a comma, the next
    /// name of a list is completed. A word that ends in = goes on with a value, so no space follows it.
    /// </remarks>
    public static string Script(IReadOnlyList<CompletedVerb> verbs) =>
        $$"""
        _mmu() {
            local words= verb= word before= last="${COMP_WORDS[COMP_CWORD]}" option="${COMP_WORDS[COMP_CWORD-1]}"
            for word in "${COMP_WORDS[@]:1:$((COMP_CWORD-1))}"; do
                case "$verb $word" in
        {{Cases(verbs)}}        esac
            done
            if [[ $last == "=" ]]; then
                last=
            elif [[ $option == "=" ]]; then
                option="${COMP_WORDS[COMP_CWORD-2]}"
            elif [[ $last == --*=* ]]; then
                option="${last%%=*}" before="${last%%=*}=" last="${last#*=}"
            fi
            if [[ $last == *,* ]]; then
                before+="${last%,*}," last="${last##*,}"
            fi
            case "$verb $option" in
        {{Values(verbs)}}        *)
                    case $verb in
        {{Words(verbs)}}            esac ;;
            esac
            COMPREPLY=($(compgen -P "$before" -W "$words" -- "$last"))
            if [[ ${#COMPREPLY[@]} == 1 && "${COMPREPLY[*]}" == *= ]]; then
                compopt -o nospace 2>/dev/null
            fi
            return 0
        }
        complete -o default -F _mmu mmu

        """;

    // Verbs come before options and names, so the first words that are verbs are the verb.
    private static string Cases(IEnumerable<CompletedVerb> verbs) => Lines(
        verbs.SelectMany(v => v.Verbs.Select(
            w => $"            \"{v.Path} {w}\") verb=\"{$"{v.Path} {w}".TrimStart()}\" ;;")));

    private static string Values(IEnumerable<CompletedVerb> verbs) => Lines(
        verbs.SelectMany(v => v.Options.Where(o => o.TakesValue).Select(o =>
        {
            var names = o.Aliases.Prepend(o.Name).Select(n => $"\"{v.Path} {n}\"");
            return $"        {string.Join('|', names)}) words=\"{string.Join(' ', o.Values)}\" ;;";
        })));

    private static string Words(IEnumerable<CompletedVerb> verbs) => Lines(
        verbs.Select(v => $"                \"{v.Path}\") words=\"{string.Join(' ', v.Words)}\" ;;"));

    private static string Lines(IEnumerable<string> lines)
    {
        var text = new StringBuilder();
        foreach (string line in lines)
            text.Append(line).Append('\n');
        return text.ToString();
    }
}
