using System.Text.Json;
using Orleans.Mmu.Checking.Museum;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Interfaces.Reports;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>The museum as JSON: the list of exhibits, or one scene with its violations.</summary>
internal static class MuseumJson
{
    /// <summary>An array of every exhibit, in the order of the text.</summary>
    public static string List() => JsonText.Array(json =>
    {
        foreach (var exhibit in Exhibit.All)
        {
            json.WriteStartObject();
            json.WriteString("bug", exhibit.Bug.Name);
            json.WriteString("summary", exhibit.Bug.Summary);
            json.WriteString("since", exhibit.Bug.Since.ToString());
            json.WriteString("fixedIn", exhibit.Bug.FixedIn.ToString());
            json.WriteString("fix", exhibit.Bug.Fix);
            json.WriteEndObject();
        }
    });

    public static string Render(Exhibit exhibit, MuseumScene scene) =>
        JsonText.Object(json => Write(json, exhibit, scene));

    private static void Write(Utf8JsonWriter json, Exhibit exhibit, MuseumScene scene)
    {
        json.WriteString("bug", exhibit.Bug.Name);
        json.WriteString("verdict", VerdictWords.Of(scene.Violations.Count > 0).Json());
        json.WriteString("kernel", scene.Rules.Version.ToString());
        json.WriteBoolean("fixed", !scene.Rules.Has(exhibit.Bug));
        json.WriteString("since", exhibit.Bug.Since.ToString());
        json.WriteString("fixedIn", exhibit.Bug.FixedIn.ToString());
        json.WriteString("fix", exhibit.Bug.Fix);
        JsonText.WriteLines(json, "story", scene.Story);
        ViolationsJson.Write(json, scene.Violations.Select(ViolationReport.Of));
    }
}
