using System.Globalization;
using System.Text;
using Orleans.Mmu.Client.Results;
using Orleans.Mmu.Client.Terminals;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>Checked litmus tests as text, one line each: the verdict and the rule that decides it.</summary>
internal static class LitmusSuiteText
{
    public static string Render(IReadOnlyList<LitmusSuiteRow> rows, TextStyle style)
    {
        var text = new StringBuilder();
        var ran = rows.Where(r => r.Report is not null).ToList();
        int name = ran.Select(r => r.Test!.Name.Length).DefaultIfEmpty().Max();
        int verdict = ran.Select(r => r.Verdict.Length).DefaultIfEmpty().Max();
        foreach (var row in ran)
        {
            string line = $"{row.Test!.Name.PadRight(name)}  {row.Verdict.PadRight(verdict)}";
            string expected = row.IsAsExpected ? "" : $" (expected {row.Test.ExpectedVerdict ?? "holds"})";
            text.Append(row.IsAsExpected ? line : style.Bad(line + expected));
            text.Append(row.Test.Rule is { } rule ? style.Faint($"  {rule}") : "").Append('\n');
        }

        text.Append(CultureInfo.InvariantCulture, $"{rows.Count(r => r.IsAsExpected)} of {rows.Count} as expected\n");
        return text.ToString();
    }
}
