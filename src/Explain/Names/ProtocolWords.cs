using Orleans.Mmu.Explain.Answers;
using Orleans.Mmu.Linux.ProtocolFiles;

namespace Orleans.Mmu.Explain.Names;

/// <summary>A built-in protocol: what it does, and the commands that show and check it.</summary>
internal static class ProtocolWords
{
    public static Explanation Explain(ProtocolFile file)
    {
        string name = file.Protocol.Name;
        return new(ExplainedKind.Protocol, name, Sentence(file.Protocol.Summary))
        {
            Sections = [new("origin", [], [file.Protocol.Origin])],
            Commands = [$"mmu check {name} --show", $"mmu check {name}"],
        };
    }

    // Summaries are rows of a list.
    private static string Sentence(string summary) =>
        $"{char.ToUpperInvariant(summary[0])}{summary[1..].TrimEnd('.')}.";
}
