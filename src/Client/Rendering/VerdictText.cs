using System.Text;
using Orleans.Mmu.Client.Terminals;
using Orleans.Mmu.Interfaces.Machines;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>The verdict of a boot: no violation, or each violation and how it came about.</summary>
internal static class VerdictText
{
    public static string Render(BootReport report, TextStyle style)
    {
        var text = new StringBuilder();
        if (BootSentences.Outcome(report.Outcome) is { } outcome)
            text.Append(style.Bad(outcome)).Append('\n');
        return text.Append(ViolationsText.Render(report.Violations, style)).ToString();
    }
}
