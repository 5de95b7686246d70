using System.Globalization;
using System.Text;
using Orleans.Mmu.Client.Terminals;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Interfaces.Machines;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>
/// A boot report as text: log, CPUs, linear map, stop_machine(), and the verdict last. Times are of the machine's clock
/// but for one line, the host time that the simulation took.
/// </summary>
internal static class BootReportText
{
    /// <param name="key">The machine's key on its cluster; null where it has ended with this process.</param>
    public static string Render(BootReport report, TextStyle style, string? key = null)
    {
        var text = new StringBuilder();
        foreach (string line in report.Log)
            text.Append(style.Faint(OneLine.Of(line))).Append('\n');
        text.Append('\n').Append(CpuTable.Render(report.Cpus, style));
        text.Append('\n').Append(LinearMapTable.Render(report.Before, report.After, style));
        text.Append('\n').Append(Summary(report, key, style)).Append('\n');
        text.Append(VerdictText.Render(report, style));
        return text.ToString();
    }

    private static string Summary(BootReport report, string? key, TextStyle style)
    {
        return $"machine  {style.Strong(OneLine.Of(report.Machine))}, seed " +
            $"{report.Seed.ToString(CultureInfo.InvariantCulture)}\n"
            + (key is null ? "" : $"key      {OneLine.Of(key)}\n")
            + $"mode     {OneLine.Of(BootSentences.Mode(report))}\n"
            + (report.Why.Length == 0 ? "" : $"why      {OneLine.Of(report.Why)}\n")
            + (report.Isolation is { NotGlobal: true } kpti ? $"kpti     {OneLine.Of(kpti.Why)}\n" : "")
            + (BootSentences.Refused(report) is { } refused ? $"refused  {OneLine.Of(refused)}\n" : "")
            + $"stopped  {OneLine.Of(BootSentences.Stopped(report))}\n"
            + string.Create(CultureInfo.InvariantCulture,
                $"simulated in {report.SimulatedMilliseconds / 1e3:0.00} s\n");
    }
}
