using System.Text.RegularExpressions;

namespace Orleans.Mmu.Inputs;

/// <summary>Text that a program wrote to a terminal, with colours: dmesg, journalctl, a debugger.</summary>
public static partial class TerminalText
{
    private const char Escape = '\u001b';

    /// <summary>The text without control sequences (ECMA-48), of which SGR sets colours; line ends stay.</summary>
    public static string Plain(string text) =>
        text.Contains(Escape, StringComparison.Ordinal) ? Sequences().Replace(text, "") : text;

    [GeneratedRegex(@"\u001b(?:\[[0-9;:?]*[ -/]*[@-~]|\([A-Z0-9])")]
    private static partial Regex Sequences();
}
