using System.Globalization;
using System.Text.RegularExpressions;
using Orleans.Mmu.Axioms.Reading;
using Orleans.Mmu.Axioms.Search;

namespace Orleans.Mmu.Axioms.Comparison;

/// <summary>A final state as herd and mmu print it, brought into the form of <see cref="FinalState"/>.</summary>
internal static partial class StateText
{
    public static string Read(string text)
    {
        var parts = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var part in Pieces.Of(text, ';').Where(part => part.Length > 0 && !part.StartsWith('~')))
        {
            if (FaultName().Match(part) is { Success: true } fault)
                parts.Add(ReadFault(fault.Groups[1].Value));
            else
            {
                var equals = part.IndexOf('=', StringComparison.Ordinal);
                parts.Add($"{part[..equals] switch
                {
                    ['[', ..] word => $"[{ValueText.ReadLocation(word)}]",
                    var register => register,
                }}={ValueText.Read(part[(equals + 1)..].Trim())}");
            }
        }
        return string.Join("; ", parts);
    }

    private static string ReadFault(string text)
    {
        var parts = Pieces.Of(text, ',').Where(part => part.Length > 0).ToArray();
        var where = parts[0].Split(':', 2);
        var labels = where.Length == 1 ? "" : string.Join(
            '+', where[1].Trim('{', '}').Split(',').Select(label => label.Trim()).Order(StringComparer.Ordinal));
        var type = parts.Skip(1).First(part => part.Contains("MMU:", StringComparison.Ordinal)
            || part is "SupervisorCall" or "UndefinedInstruction");
        var page = parts.Skip(1).FirstOrDefault(part => part != type && part != "EL0");
        return FinalState.Text(
            int.Parse(where[0].TrimStart('P'), CultureInfo.InvariantCulture), labels, page,
            type[(type.LastIndexOf(':') + 1)..]);
    }

    [GeneratedRegex(@"^[Ff]ault\s*\((.*)\)$")]
    private static partial Regex FaultName();
}
