using System.Text.Json;
using Orleans.Mmu.Explain.Answers;
using Orleans.Mmu.Explain.Rules;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>An explanation as one JSON object.</summary>
internal static class ExplanationJson
{
    public static string Render(Explanation answer) => JsonText.Object(json =>
    {
        json.WriteString("kind", KindText(answer.Kind));
        json.WriteString("subject", answer.Subject);
        json.WriteString("summary", answer.Summary);
        json.WriteStartArray("sections");
        foreach (var section in answer.Sections)
            Write(json, section);
        json.WriteEndArray();
        json.WriteStartArray("rules");
        foreach (var rule in answer.Rules)
            Write(json, rule);
        json.WriteEndArray();
        JsonText.WriteLines(json, "commands", answer.Commands);
    });

    private static void Write(Utf8JsonWriter json, ExplanationSection section)
    {
        json.WriteStartObject();
        json.WriteString("title", section.Title);
        json.WriteStartArray("fields");
        foreach (var field in section.Fields)
        {
            json.WriteStartObject();
            json.WriteString("name", field.Name);
            json.WriteString("value", field.Value);
            json.WriteString("meaning", field.Meaning);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        JsonText.WriteLines(json, "sentences", section.Sentences);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ArmRule rule)
    {
        json.WriteStartObject();
        json.WriteString("label", rule.Label);
        json.WriteString("says", rule.Says);
        JsonText.WriteLines(json, "decidedBy", rule.DecidedBy);
        json.WriteEndObject();
    }

    private static string KindText(ExplainedKind kind) => kind switch
    {
        ExplainedKind.Oops => "oops",
        ExplainedKind.Descriptor => "descriptor",
        ExplainedKind.Syndrome => "esr",
        ExplainedKind.Rule => "rule",
        ExplainedKind.Step => "step",
        ExplainedKind.Tlbi => "tlbi",
        ExplainedKind.BbmLevels => "bbm",
        ExplainedKind.Property => "property",
        ExplainedKind.Barrier => "barrier",
        ExplainedKind.Register => "register",
        ExplainedKind.Function => "function",
        ExplainedKind.AuditRule => "audit-rule",
        ExplainedKind.KernelBug => "kernel-bug",
        ExplainedKind.Protocol => "protocol",
        ExplainedKind.Term => "term",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no such kind"),
    };
}
