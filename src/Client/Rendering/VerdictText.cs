using System.Globalization;
using System.Text;
using Orleans.Mmu.Client.Terminals;
using Orleans.Mmu.Interfaces.Machines;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>The verdict of a boot: no violation, or each violation and how it came about.</summary>
internal static class VerdictText
{
    /// <summary>A run is one schedule of many, whose choices come from its seed.</summary>
    public static string OfRun(long seed) => string.Create(CultureInfo.InvariantCulture, $" in this run (seed {seed})");

    public static string Render(BootReport report, TextStyle style)
    {
        var text = new StringBuilder();
        if (BootSentences.Outcome(report.Outcome) is { } outcome)
            text.Append(style.Bad(outcome)).Append('\n');
        return text.Append(ViolationsText.Render(report.Violations, style, OfRun(report.Seed))).ToString();
    }
}
