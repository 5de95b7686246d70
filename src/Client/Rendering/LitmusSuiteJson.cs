using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Client.Results;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>Checked litmus tests as one JSON array.</summary>
internal static class LitmusSuiteJson
{
    public static string Render(IReadOnlyList<LitmusSuiteRow> rows) => JsonText.Array(json =>
    {
        foreach (var row in rows)
        {
            if (row.Report is not { } report)
                continue;
            json.WriteStartObject();
            json.WriteString("protocol", row.Test!.Name);
            json.WriteString("file", row.File);
            json.WriteString("verdict", VerdictWords.Of(report.Verdict).Json());
            json.WriteString("property", report.Property?.Name);
            JsonText.WriteLines(json, "properties", report.Violated.Select(v => v.Property.Name));
            json.WriteString("expected", row.Test.ExpectedVerdict);
            json.WriteBoolean("asExpected", row.IsAsExpected);
            json.WriteString("rule", row.Test.Rule);
            json.WriteNumber("states", report.States);
            json.WriteEndObject();
        }
    });
}
