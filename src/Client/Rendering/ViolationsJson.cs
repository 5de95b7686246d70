using System.Globalization;
using System.Text.Json;
using Orleans.Mmu.Interfaces.Reports;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>The "violations" array of every verdict in JSON.</summary>
internal static class ViolationsJson
{
    public static void Write(Utf8JsonWriter json, IEnumerable<ViolationReport> violations)
    {
        json.WriteStartArray("violations");
        foreach (var violation in violations)
        {
            json.WriteStartObject();
            json.WriteString("rule", violation.Rule);
            if (violation.Cpu is { } cpu)
                json.WriteNumber("cpu", cpu);
            else
                json.WriteNull("cpu");
            json.WriteString(
                "va", violation.Address is { } va ? string.Create(CultureInfo.InvariantCulture, $"0x{va:x16}") : null);
            json.WriteString("message", violation.Message);
            JsonText.WriteLines(json, "explanation", violation.Explanation);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
