namespace Orleans.Mmu.Client.Completions;

/// <summary>Completion for zsh, which reads bash's script by its own bashcompinit.</summary>
internal static class ZshCompletion
{
    /// <summary>The script, to be read by a shell: <c>source &lt;(mmu completion zsh)</c>.</summary>
    public static string Script(IReadOnlyList<CompletedVerb> verbs) =>
        "autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n"
            + BashCompletion.Script(verbs);
}
