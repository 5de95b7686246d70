using Orleans.Mmu.Client.Results;
using Orleans.Mmu.Interfaces.Machines;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>One machine of a cluster as one JSON document for other programs.</summary>
internal static class MachineDetailsJson
{
    /// <summary>The document, ending in a line break; its report is as mmu boot --json prints it.</summary>
    public static string Render(MachineDetails machine) => JsonText.Object(json =>
    {
        ClusterJson.WriteEntry(
            json, machine.Entry, ClusterText.State(new ClusterMachine(machine.Entry, IsGone: false)));
        json.WriteString("protocol", machine.Protocol);
        json.WriteNumber("seed", machine.Seed);
        json.WriteNumber("epoch", machine.Entry.Epoch);
        json.WriteNumber("takenUp", machine.TakenUp);
        json.WriteString("activity", machine.Progress.IsWaiting ? null : machine.Progress.Activity);
        json.WriteStartObject("run");
        json.WriteString("phase", machine.RunPhase is { } phase ? BootReportJson.CamelCase(phase) : null);
        json.WriteNumber("epoch", machine.RunEpoch);
        json.WriteEndObject();
        if (machine.Report is { } report)
        {
            json.WriteStartObject("report");
            BootReportJson.Write(json, report, machine.Entry.Key);
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("report");
        }

        JsonText.WriteLines(json, "log", machine.Log);
    });
}
