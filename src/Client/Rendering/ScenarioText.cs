using System.Globalization;
using System.Text;
using Orleans.Mmu.Client.Terminals;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Interfaces.Scenarios;
using Orleans.Mmu.Speculation.Scenarios;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>A scenario's report as text.</summary>
internal static class ScenarioText
{
    // A kernel that refuses one page usually refuses thousands, so further warnings are only counted.
    private const int WarningsInFull = 5;

    /// <summary>--list: a line for each scenario.</summary>
    public static string List()
    {
        int width = Scenario.All.Max(s => s.Name.Length);
        return string.Concat(Scenario.All.Select(s => $"{s.Name.PadRight(width)}  {s.Summary}\n"));
    }

    public static string Render(ScenarioReport report, TextStyle style)
    {
        var text = new StringBuilder();
        text.Append(LinearMapTable.Render(report.Before, report.After, style, "after boot"));
        text.Append(
            CultureInfo.InvariantCulture,
            $"\nmachine   {style.Strong(OneLine.Of(report.Machine))}, mode {OneLine.Of(report.Mode)}, seed " +
            $"{report.Seed}\n");
        text.Append(CultureInfo.InvariantCulture, $"scenario  {OneLine.Of(report.Scenario)}\n");
        text.Append(CultureInfo.InvariantCulture,
            $"done      {Counted.Of(report.Calls, "kernel call")} ({report.Refused:N0} refused), " +
            $"{Counted.Of(report.Flushes, "TLBI operation")} broadcast, ");
        text.Append(CultureInfo.InvariantCulture,
            $"{report.Accesses:N0} loads and stores on {Counted.Of(report.Cpus, "CPU")}\n");
        foreach (var (warning, count) in report.Warnings.Take(WarningsInFull))
            text.Append(
                CultureInfo.InvariantCulture,
                $"WARNING   {OneLine.Of(warning)}{(count > 1 ? $" ({count:N0} times)" : "")}\n");
        if (report.Warnings.Length > WarningsInFull)
            text.Append(
                CultureInfo.InvariantCulture,
                $"          and {Counted.Of(report.Warnings.Length - WarningsInFull, "more warning")}; --json " +
                $"lists them all\n");
        return text.Append('\n').Append(ViolationsText.Render(report.Violations, style, VerdictText.OfRun(report.Seed)))
            .ToString();
    }
}
