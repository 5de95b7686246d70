using System.Globalization;
using System.Text;
using Orleans.Mmu.Client.Results;
using Orleans.Mmu.Client.Terminals;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Interfaces.Machines;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>One machine of a cluster as text: where its boot is, then its report, or its log before there is one.
/// </summary>
internal static class MachineDetailsText
{
    public static string Render(MachineDetails machine, TextStyle style)
    {
        var entry = machine.Entry;
        var text = new StringBuilder();
        Line("key", style.Strong(OneLine.Of(entry.Key)));
        Line("machine", OneLine.Of(string.Create(
            CultureInfo.InvariantCulture, $"{entry.Machine}, {Counted.Of(entry.Cpus, "CPU")}, on {entry.Silo}")));
        Line("state", $"{ClusterText.State(new ClusterMachine(entry, IsGone: false))} since "
            + $"{ClusterText.Moment(entry.Changed)}, booted {ClusterText.Moment(entry.Began)}");
        if (!machine.Progress.IsWaiting)
            Line("doing", OneLine.Of(machine.Progress.Total > 0
                ? string.Create(CultureInfo.InvariantCulture,
                    $"{machine.Progress.Activity}: {machine.Progress.Done:N0} of {machine.Progress.Total:N0}")
                : machine.Progress.Activity));
        Line("protocol", OneLine.Of(string.Create(
            CultureInfo.InvariantCulture, $"{machine.Protocol}, seed {machine.Seed}")));
        Line("epoch", string.Create(CultureInfo.InvariantCulture,
            $"{entry.Epoch}, taken up {Counted.Of(machine.TakenUp, "time")}"));
        Line("run", machine.RunPhase is { } phase
            ? OneLine.Of(string.Create(CultureInfo.InvariantCulture, $"{phase} in epoch {machine.RunEpoch}"))
            : "none: nothing was repainted");
        text.Append('\n');
        if (machine.Report is { } report)
            return text.Append(BootReportText.Render(report, style)).ToString();
        foreach (string line in machine.Log)
            text.Append(style.Faint(OneLine.Of(line))).Append('\n');
        return text.ToString();

        void Line(string name, string value) => text.Append(name.PadRight(9)).Append(value).Append('\n');
    }
}
