using System.Text.Json;
using Orleans.Mmu.Client.Results;
using Orleans.Mmu.Interfaces.Machines;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>A cluster's silos and machines as one JSON document for other programs.</summary>
internal static class ClusterJson
{
    /// <summary>The document, ending in a line break.</summary>
    public static string Render(ClusterPage page) => JsonText.Object(json =>
    {
        json.WriteStartArray("silos");
        foreach (var silo in page.Silos)
        {
            json.WriteStartObject();
            json.WriteString("address", silo.Address);
            json.WriteString("status", BootReportJson.CamelCase(silo.Status));
            if (silo.Activations is { } activations)
                json.WriteNumber("activations", activations);
            else
                json.WriteNull("activations");
            json.WriteString("since", silo.Since);
            json.WriteString("version", silo.Version);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("machines");
        foreach (var machine in page.Machines)
        {
            json.WriteStartObject();
            WriteEntry(json, machine.Entry, ClusterText.State(machine));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("more", page.More);
    });

    /// <inheritdoc cref="Render(ClusterPage)"/>
    public static string Render(ClusterRemovals removals) => JsonText.Object(json =>
    {
        JsonText.WriteLines(json, "removed", removals.Removed);
        JsonText.WriteLines(json, "left", removals.Left);
    });

    /// <summary>The members that say what the list says of a machine.</summary>
    public static void WriteEntry(Utf8JsonWriter json, MachineEntry entry, string state)
    {
        json.WriteString("key", entry.Key);
        json.WriteString("machine", entry.Machine);
        json.WriteString("state", state);
        json.WriteString("mode", entry.Mode);
        json.WriteNumber("cpus", entry.Cpus);
        json.WriteString("since", entry.Began);
        json.WriteString("changed", entry.Changed);
        json.WriteString("silo", entry.Silo);
    }
}
