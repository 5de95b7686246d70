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
}
