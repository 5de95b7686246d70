using System.Text.Json;
using Orleans.Mmu.Client.Results;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>A rule of a tool, as SARIF describes it.</summary>
/// <param name="Id">The stable name.</param>
/// <param name="Text">What the rule forbids, in a sentence.</param>
/// <param name="Help">Where the rule comes from.</param>
internal sealed record SarifRule(string Id, string Text, string Help);

/// <summary>
/// Results in the Static Analysis Results Interchange Format, version 2.1.0 (OASIS), for any verb that judges files.
/// </summary>
internal static class SarifLog
{
    private const string Schema = "https://json.schemastore.org/sarif-2.1.0.json";

    /// <param name="verb">The verb that judged: "audit".</param>
    /// <param name="cases">Those that failed become results; what could not be judged becomes a notification.</param>
    public static string Render(string verb, IReadOnlyList<SarifRule> rules, IReadOnlyList<JudgedCase> cases) =>
        JsonText.Object(json =>
        {
            json.WriteString("$schema", Schema);
            json.WriteString("version", "2.1.0");
            json.WriteStartArray("runs");
            json.WriteStartObject();
            WriteTool(json, verb, rules);
            json.WriteStartArray("results");
            foreach (var failed in cases.Where(c => c.Verdict == CaseVerdict.Failed))
                WriteResult(json, rules, failed);
            json.WriteEndArray();
            WriteInvocation(json, cases);
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

    // A case without an answer is no result of a rule.
    private static void WriteInvocation(Utf8JsonWriter json, IReadOnlyList<JudgedCase> cases)
    {
        json.WriteStartArray("invocations");
        json.WriteStartObject();
        json.WriteBoolean("executionSuccessful", cases.All(c => c.Verdict is CaseVerdict.Passed or CaseVerdict.Failed));
        json.WriteStartArray("toolExecutionNotifications");
        foreach (var open in cases.Where(c => c.Verdict is CaseVerdict.Error or CaseVerdict.NotDecided))
        {
            json.WriteStartObject();
            json.WriteString("level", open.Verdict == CaseVerdict.Error ? "error" : "warning");
            WriteText(json, "message", $"{open.File}: {open.Message ?? "not decided"}");
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteResult(Utf8JsonWriter json, IReadOnlyList<SarifRule> rules, JudgedCase result)
    {
        json.WriteStartObject();
        json.WriteString("ruleId", result.Rule);
        for (int i = 0; i < rules.Count; i++)
        {
            if (rules[i].Id == result.Rule)
                json.WriteNumber("ruleIndex", i);
        }

        json.WriteString("level", "error");
        WriteText(json, "message", result.Message ?? "violated");
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
