using System.Globalization;
using System.Text;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>Text inside a Mermaid diagram.</summary>
internal static class MermaidText
{
    // In Mermaid, ';' ends a statement, '#' begins an entity, and ' ' begins markup.
    public static string Escape(string text) => string.Concat(OneLine.Of(text).Select(c => c switch
    {
        '#' => "#35;",
        ';' => "#59;",
        '<' => "#lt;",
        '>' => "#gt;",
        _ => c.ToString(),
    }));

    /// <summary>Writes a note of some lines over neighbouring lifelines; nothing where there is no line.</summary>
    /// <param name="lines">In Mermaid's syntax.</param>
    public static void AppendNote(StringBuilder text, int[] cpus, IReadOnlyCollection<string> lines)
    {
        if (lines.Count == 0)
            return;
        text.Append(CultureInfo.InvariantCulture, $"    Note over CPU{cpus[0]}");
        if (cpus.Length > 1)
            text.Append(CultureInfo.InvariantCulture, $",CPU{cpus[^1]}");
        text.Append(": ").AppendJoin("<br/>", lines).Append('\n');
    }
}
