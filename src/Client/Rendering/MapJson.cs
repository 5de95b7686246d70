using System.Text.Json;
using Orleans.Mmu.Linux.Capabilities;
using Orleans.Mmu.Linux.Layout;
using Orleans.Mmu.Linux.Machines;
using Orleans.Mmu.Linux.Maps;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>Leaves and tables of a map as one JSON document.</summary>
internal static class MapJson
{
    /// <summary>The document, ending in a line break.</summary>
    public static string Render(KernelMap map, MachineDescription? machine, ModeReason? why) =>
        JsonText.Object(json => Write(json, map, machine, why));

    private static void Write(Utf8JsonWriter json, KernelMap map, MachineDescription? machine, ModeReason? why)
    {
        var geometry = map.Geometry;
        json.WriteString("machine", machine?.Name);
        json.WriteString("kernel", machine?.Rules.Version.ToString());
        json.WriteString("mode", why is null ? null : BootModeName.Of(why.Mode));
        json.WriteString("why", why?.Sentence);
        if (machine is not null && why is not null)
            JsonText.WriteIsolation(json, KernelIsolation.Of(machine));
        else
            json.WriteNull("kpti");
        json.WriteString("range", map.Range.ToString().ToLowerInvariant());
        json.WriteNumber("pageSize", geometry.Granule.PageSize);
        json.WriteNumber("vaBits", geometry.VaBits);
        json.WriteNumber("paBits", geometry.PaBits);
        json.WriteString("pageOffset", map.Start.ToString());
        json.WriteString("pageEnd", LinearMapLayout.EndOf(geometry).ToString());
        json.WriteString(
            "physicalOffset", machine is null ? null : LinearMapLayout.Of(machine).PhysicalOffset.ToString());
        json.WriteString("root", map.RootAddress.ToString());
        var census = map.Census();
        JsonText.WriteCensus(json, census.Leaves, census.Tables, census.TableBytes);
        JsonText.WriteCounts(json, "directMap", DirectMapUse.Of(map));
    }
}
