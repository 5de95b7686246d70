using System.Text;
using System.Text.Json;
using Orleans.Mmu.Checking;
using Orleans.Mmu.Interfaces;

namespace Orleans.Mmu.Client;

/// <summary>One scene of the museum as a JSON document.</summary>
internal static class MuseumJson
{
    public static string Render(Exhibit exhibit, MuseumScene scene)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("bug", exhibit.Bug.Name);
            json.WriteString("kernel", scene.Rules.Version.ToString());
            json.WriteBoolean("mended", !scene.Rules.Has(exhibit.Bug));
            json.WriteString("since", exhibit.Bug.Since.ToString());
            json.WriteString("mendedIn", exhibit.Bug.FixedIn.ToString());
            json.WriteString("fix", exhibit.Bug.Fix);
            json.WriteStartArray("story");
            foreach (string line in scene.Story)
                json.WriteStringValue(line);
            json.WriteEndArray();
            ViolationsJson.Write(json, scene.Violations.Select(ViolationReport.Of));
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }
}
