using Orleans.Mmu.Client.Results;
using Orleans.Mmu.Costs.Parameters;
using Orleans.Mmu.Costs.TlbMisses;
using Orleans.Mmu.Linux.Capabilities;
using Orleans.Mmu.Linux.ProtocolFiles;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>The cost page as a JSON document.</summary>
internal static class CostJson
{
    public static string Render(CostPage page) => JsonText.Object(json =>
    {
        var cost = page.Cost;
        json.WriteString("machine", cost.Machine.Name);
        json.WriteNumber("cpus", cost.Machine.Cpus.Length);
        json.WriteString("mode", BootModeName.Of(cost.Why.Mode));
        json.WriteString("why", cost.Why.Sentence);
        JsonText.WriteIsolation(json, KernelIsolation.Of(cost.Machine));
        json.WriteNumber("memoryBytes", cost.Machine.MemoryBytes);
        json.WriteString("trace", cost.Replay.Trace);
        json.WriteNumber("instructions", cost.Replay.Instructions);
        json.WriteString("tlbs", cost.Tlbs.ToString());
        json.WriteString("tlbOrigin", page.TlbOrigin);
        json.WriteNumber("scatter", page.ScatterPercent);
        json.WriteStartArray("mappings");
        foreach (var row in cost.Rows)
        {
            json.WriteStartObject();
            json.WriteString("name", row.Mapping.Name);
            JsonText.WriteCensus(
                json, row.Mapping.Census.Leaves, row.Mapping.Census.Tables, row.Mapping.Census.TableBytes);
            json.WriteNumber("repaintTables", row.Mapping.Repaint.Tables);
            json.WriteNumber("repaintSeconds", row.RepaintSeconds);
            json.WriteNumber("l1Misses", row.Counts.L1Misses);
            json.WriteNumber("walks", row.Counts.Walks);
            json.WriteNumber("walkReads", row.Counts.Fetches);
            json.WriteNumber("walkReadsFromMemory", row.Counts.FetchesFrom(DescriptorSource.Memory));
            json.WriteNumber("unmapped", row.Counts.Unmapped);
            json.WriteNumber("translationCyclesPerKilo", row.TranslationCycles);
            WriteRatio(json, "throughput", row.Throughput);
            WriteRatio(json, "p99", row.P99);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (page.AtBoot is { } repaint)
        {
            json.WriteStartObject("bootRepaint");
            json.WriteString("protocol", RepaintProtocols.IdmapReserved.Name);
            json.WriteNumber("parked", page.Waiting);
            json.WriteNumber("splitBlocks", repaint.Blocks);
            json.WriteNumber("microseconds", page.StoppedAtBoot.Microseconds);
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("bootRepaint");
        }

        json.WriteStartObject("stream");
        WriteRatio(json, "speedup", StreamModel.Speedup(page.Parameters));
        json.WriteNumber("nanosecondsPerPage", StreamModel.Transfer(page.Parameters));
        json.WriteNumber("nanosecondsMoreWithPages", StreamModel.Boundary(page.Parameters));
        json.WriteEndObject();
        json.WriteStartArray("parameters");
        foreach (var parameter in page.Parameters.All)
        {
            json.WriteStartObject();
            json.WriteString("name", parameter.Name);
            json.WriteNumber("value", parameter.Value);
            json.WriteString("unit", parameter.Unit);
            json.WriteString("origin", CostText.Origin(parameter));
            json.WriteString("source", parameter.Source);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("error", cost.Replay.Error);
    });

    // JSON has no infinity; it becomes null.
    private static void WriteRatio(System.Text.Json.Utf8JsonWriter json, string name, double ratio)
    {
        if (double.IsFinite(ratio))
            json.WriteNumber(name, ratio);
        else
            json.WriteNull(name);
    }
}
