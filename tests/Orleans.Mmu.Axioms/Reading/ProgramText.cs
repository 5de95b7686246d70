using System.Text.RegularExpressions;
using Orleans.Mmu.Axioms.Programs;

namespace Orleans.Mmu.Axioms.Reading;

/// <summary>
/// A test in herd's format, as far as the oracle knows it. It reads tests that others wrote, and says of every other
/// one what it does not know; it reports no mistakes of the text.
/// </summary>
internal static partial class ProgramText
{
    public static AbstractProgram Read(string text)
    {
        text = Pieces.WithoutComments(text);
        var open = text.IndexOf('{', StringComparison.Ordinal);
        var close = text.IndexOf('}');
        close = InitEnd(text, open, close);
        var header = HeaderText.Read(text[..open]);
        var end = Quantifier().Match(text, close);
        var body = text[(close + 1)..(end.Success ? end.Index : text.Length)];
        var rest = end.Success ? text[end.Index..] : "";
        var locations = LocationsList().Match(rest);
        var condition = locations.Success ? rest.Remove(locations.Index, locations.Length) : rest;
        var (registers, memory) = InitText.Read(text[(open + 1)..close]);
        var rows = body.Split(';').Select(row => row.Trim('\r', '\n')).Where(row => row.Trim().Length > 0)
            .Select(row => row.Split('|').Select(cell => cell.Trim()).ToArray()).ToArray();
        var cpus = CpuColumns.Read(rows, registers, header);
        return new AbstractProgram(
            header.Name, cpus, memory,
            ObservationText.Read(locations.Success ? locations.Groups[1].Value : "", condition), header.AfterFault,
            header.HasVariantEts2);
    }

    private static int InitEnd(string text, int open, int close)
    {
        var depth = 0;
        for (var at = open; at < text.Length; at++)
        {
            depth += text[at] == '{' ? 1 : text[at] == '}' ? -1 : 0;
            if (depth == 0)
                return at;
        }
        return close;
    }

    [GeneratedRegex(@"(?<=[\s;])(locations|exists|forall|filter|~\s*exists|not\s+exists)\b")]
    private static partial Regex Quantifier();

    [GeneratedRegex(@"locations\s*\[((?:[^\[\]]|\[[^\]]*\])*)\]")]
    private static partial Regex LocationsList();
}
