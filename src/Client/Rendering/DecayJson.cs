using Orleans.Mmu.Client.Results;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>A map's decay as a JSON document.</summary>
internal static class DecayJson
{
    public static string Render(DecayPage page) => JsonText.Object(json =>
    {
        json.WriteString("machine", page.Machine.Name);
        json.WriteNumber("outOfMemory", page.OutOfMemory);
        json.WriteStartArray("samples");
        foreach (var sample in page.Samples)
        {
            json.WriteStartObject();
            json.WriteNumber("events", sample.Events);
            json.WriteString("event", sample.Event);
            JsonText.WriteCensus(
                json, sample.Mapping.Census.Leaves, sample.Mapping.Census.Tables, sample.Mapping.Census.TableBytes);
            json.WriteNumber("repaintTables", sample.Mapping.Repaint.Tables);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (page.Replay is { } replay)
        {
            json.WriteString("trace", replay.Trace);
            json.WriteString("tlbs", page.Tlbs.ToString());
            json.WriteString("tlbOrigin", page.TlbOrigin);
            json.WriteStartArray("misses");
            foreach (var at in replay.Misses)
            {
                json.WriteStartObject();
                json.WriteNumber("events", at.Events);
                TlbJson.Write(json, at.Rates);
                json.WriteNumber("unmapped", at.Unmapped);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteString("error", replay.Error);
        }
    });
}
