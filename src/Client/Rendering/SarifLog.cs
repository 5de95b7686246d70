using System.Text.Json;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>A rule of a tool, as SARIF describes it.</summary>
/// <param name="Id">The stable name.</param>
/// <param name="Text">What the rule forbids, in a sentence.</param>
/// <param name="Help">Where the rule comes from.</param>
internal sealed record SarifRule(string Id, string Text, string Help);

/// <summary>One result of a tool.</summary>
/// <param name="RuleId">The rule that is broken.</param>
/// <param name="Message">What was found.</param>
/// <param name="File">The file, as it was named on the command line.</param>
/// <param name="Line">The line, from 1; null for a binary file.</param>
/// <param name="Place">A place within a binary file: "0xffff000000000000-0xffff000000200000"; null for none.</param>
internal sealed record SarifResult(string RuleId, string Message, string File, int? Line, string? Place);

/// <summary>
/// Results in the Static Analysis Results Interchange Format, version 2.1.0 (OASIS), for any verb that judges files.
/// </summary>
internal static class SarifLog
{
    private const string Schema = "https://json.schemastore.org/sarif-2.1.0.json";

    /// <param name="verb">The verb that judged: "audit".</param>
    public static string Render(string verb, IReadOnlyList<SarifRule> rules, IEnumerable<SarifResult> results) =>
        JsonText.Object(json =>
        {
            json.WriteString("$schema", Schema);
            json.WriteString("version", "2.1.0");
            json.WriteStartArray("runs");
            json.WriteStartObject();
            WriteTool(json, verb, rules);
            json.WriteStartArray("results");
            foreach (var result in results)
                WriteResult(json, rules, result);
            json.WriteEndArray();
            json.WriteString("columnKind", "unicodeCodePoints");
            json.WriteEndObject();
            json.WriteEndArray();
        });

    private static void WriteTool(Utf8JsonWriter json, string verb, IReadOnlyList<SarifRule> rules)
    {
        json.WriteStartObject("tool");
        json.WriteStartObject("driver");
        json.WriteString("name", $"mmu {verb}");
        json.WriteString("version", typeof(SarifLog).Assembly.GetName().Version?.ToString(3));
        json.WriteStartArray("rules");
        foreach (var rule in rules)
        {
            json.WriteStartObject();
            json.WriteString("id", rule.Id);
            WriteText(json, "shortDescription", rule.Text);
            WriteText(json, "help", rule.Help);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteResult(Utf8JsonWriter json, IReadOnlyList<SarifRule> rules, SarifResult result)
    {
        json.WriteStartObject();
        json.WriteString("ruleId", result.RuleId);
        for (int i = 0; i < rules.Count; i++)
        {
            if (rules[i].Id == result.RuleId)
                json.WriteNumber("ruleIndex", i);
        }

        json.WriteString("level", "error");
        WriteText(json, "message", result.Message);
        json.WriteStartArray("locations");
        json.WriteStartObject();
        json.WriteStartObject("physicalLocation");
        json.WriteStartObject("artifactLocation");
        json.WriteString("uri", Uri.EscapeDataString(result.File).Replace("%2F", "/", StringComparison.Ordinal));
        json.WriteEndObject();
        if (result.Line is { } line)
        {
            json.WriteStartObject("region");
            json.WriteNumber("startLine", line);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        if (result.Place is { } place)
        {
            json.WriteStartArray("logicalLocations");
            json.WriteStartObject();
            json.WriteString("fullyQualifiedName", place);
            json.WriteEndObject();
            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter json, string name, string text)
    {
        json.WriteStartObject(name);
        json.WriteString("text", text);
        json.WriteEndObject();
    }
}
