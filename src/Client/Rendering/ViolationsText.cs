using System.Globalization;
using System.Text;
using Orleans.Mmu.Client.Terminals;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Interfaces.Reports;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>Violations as text: each with how it came about, and the verdict with their number last.</summary>
internal static class ViolationsText
{
    // More would scroll the first and most useful one off the screen.
    private const int InFull = 8;

    /// <param name="run">Which run the verdict is about, as " in this run (seed 1)"; empty for a whole scene.</param>
    public static string Render(IReadOnlyList<ViolationReport> violations, TextStyle style, string run = "")
    {
        if (violations.Count == 0)
            return style.Good($"holds: no violation{run}") + '\n';

        var text = new StringBuilder();
        int count = violations.Count;
        foreach (var violation in violations.Take(InFull))
        {
            text.Append("  ").Append(style.Bad(OneLine.Of(violation.Rule))).Append(": ")
                .Append(OneLine.Of(violation.Message)).Append('\n');
            foreach (string line in violation.Explanation)
                text.Append("    ").Append(OneLine.Of(line)).Append('\n');
        }

        if (count > InFull)
        {
            var others = violations.Skip(InFull).ToList();
            string rules = string.Join(
                ", ", others.CountBy(v => v.Rule)
                    .Select(r => string.Create(CultureInfo.InvariantCulture, $"{r.Value:N0} {r.Key}")));
            text.Append(
                CultureInfo.InvariantCulture,
                $"  and {others.Count:N0} more: {OneLine.Of(rules)}; --json lists them all\n");
        }

        return text.Append(style.Bad($"violated: {Counted.Of(count, "violation")}")).Append('\n').ToString();
    }
}
