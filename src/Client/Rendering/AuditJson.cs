using System.Globalization;
using System.Text.Json;
using Orleans.Mmu.Audit.Comparison;
using Orleans.Mmu.Audit.Findings;
using Orleans.Mmu.Audit.Reports;
using Orleans.Mmu.Client.Exits;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>An audit as a JSON document.</summary>
internal static class AuditJson
{
    public static string Render(AuditReport report) => JsonText.Object(json =>
    {
        json.WriteString("verdict", VerdictWords.Of(report.IsWrong).Json());
        json.WriteString("kind", Name(report.Kind));
        json.WriteString("release", report.Release);
        json.WriteNumber("pageSize", report.Geometry.Granule.PageSize);
        json.WriteNumber("vaBits", report.Geometry.VaBits);
        json.WriteString("root", report.Root?.ToString());
        json.WriteNumber("leaves", report.Leaves);
        json.WriteNumber("runs", report.Runs);
        JsonText.WriteCounts(json, "tables", report.Tables.OrderBy(t => t.Key).Select(
            t => KeyValuePair.Create(t.Key.Number.ToString(CultureInfo.InvariantCulture), t.Value)));
        JsonText.WriteCounts(json, "directMap", report.DirectMap);
        json.WriteStartArray("findings");
        foreach (var finding in report.Findings)
            WriteFinding(json, finding);
        json.WriteEndArray();
        json.WriteNumber("moreFindings", report.Omitted);
        if (report.Comparison is { } comparison)
            WriteComparison(json, comparison);
        JsonText.WriteLines(json, "notes", report.Notes);
    });

    private static string Name(AuditedKind kind) => kind switch
    {
        AuditedKind.Ptdump => "ptdump",
        AuditedKind.Tables => "tables",
        AuditedKind.ElfCore => "elf-core",
        AuditedKind.MemoryImage => "memory-image",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no such kind"),
    };

    private static void WriteFinding(Utf8JsonWriter json, AuditFinding finding)
    {
        json.WriteStartObject();
        json.WriteString("rule", finding.Rule.Name);
        json.WriteString("start", finding.Start.ToString());
        json.WriteString("end", finding.End.ToString());
        json.WriteString("message", finding.Message);
        if (finding.Line is { } line)
            json.WriteNumber("line", line);
        json.WriteEndObject();
    }

    private static void WriteComparison(Utf8JsonWriter json, MachineComparison comparison)
    {
        json.WriteString("machine", comparison.Machine);
        json.WriteStartArray("changes");
        foreach (var change in comparison.Changes)
        {
            json.WriteStartObject();
            json.WriteString("call", change.Name);
            json.WriteString("start", change.Start.ToString());
            json.WriteNumber("pages", change.Pages);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("differences");
        foreach (var difference in comparison.Differences)
        {
            json.WriteStartObject();
            json.WriteString("start", difference.Start.ToString());
            json.WriteString("end", difference.End.ToString());
            json.WriteString("expected", difference.Expected);
            json.WriteString("found", difference.Found);
            json.WriteString("explanation", difference.Explanation);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("explanation", comparison.Explanations is [var first, ..] ? first.Rule : null);
        json.WriteStartArray("explanations");
        foreach (var explanation in comparison.Explanations)
            WriteExplanation(json, explanation);
        json.WriteEndArray();
    }

    private static void WriteExplanation(Utf8JsonWriter json, MapExplanation explanation)
    {
        json.WriteStartObject();
        json.WriteString("rule", explanation.Rule);
        json.WriteStartArray("machineShouldSay");
        foreach (var edit in explanation.Edits)
        {
            json.WriteStartObject();
            json.WriteString("key", edit.Key);
            json.WriteString("value", edit.Value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
