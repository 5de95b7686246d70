using System.Text.Json;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Interfaces.Scenarios;
using Orleans.Mmu.Speculation.Scenarios;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>A scenario's report as one JSON document.</summary>
internal static class ScenarioJson
{
    public static string Render(ScenarioReport report) => JsonText.Object(json => Write(json, report));

    /// <summary>--list: every scenario.</summary>
    public static string List() => JsonText.Array(json =>
    {
        foreach (var scenario in Scenario.All)
        {
            json.WriteStartObject();
            json.WriteString("name", scenario.Name);
            json.WriteString("summary", scenario.Summary);
            json.WriteEndObject();
        }
    });

    private static void Write(Utf8JsonWriter json, ScenarioReport report)
    {
        json.WriteString("machine", report.Machine);
        json.WriteString("verdict", VerdictWords.Of(!report.Violations.IsEmpty).Json());
        json.WriteString("mode", report.Mode);
        json.WriteString("scenario", report.Scenario);
        json.WriteNumber("seed", report.Seed);
        json.WriteNumber("cpus", report.Cpus);
        json.WriteNumber("calls", report.Calls);
        json.WriteNumber("refused", report.Refused);
        json.WriteNumber("flushes", report.Flushes);
        json.WriteNumber("accesses", report.Accesses);
        json.WriteStartObject("linearMap");
        JsonText.WriteCensus(json, report.After.Leaves, report.After.Tables, report.After.TableBytes);
        json.WriteStartObject("before");
        JsonText.WriteCensus(json, report.Before.Leaves, report.Before.Tables, report.Before.TableBytes);
        json.WriteEndObject();
        json.WriteEndObject();
        JsonText.WriteCounts(json, "warnings", report.Warnings);
        ViolationsJson.Write(json, report.Violations);
    }
}
