using Orleans.Mmu.Arm.TlbHierarchies;
using Orleans.Mmu.Client.Results;
using Orleans.Mmu.Costs.TlbMisses;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>Misses and walks as a JSON document: an array, one element for each configuration of each trace.</summary>
internal static class TlbJson
{
    public static string Render(IReadOnlyList<TlbRow> rows) => JsonText.Array(json =>
    {
        foreach (var row in rows)
        {
            var (tlbs, mapping, counts, rates) =
                (row.Configuration.Tlbs, row.Configuration.Mapping, row.Counts, row.Rates);
            json.WriteStartObject();
            json.WriteString("trace", row.Trace);
            json.WriteString("core", row.Named.Core.Length == 0 ? null : row.Named.Core);
            json.WriteString("l1i", TlbHierarchy.Text(tlbs.Instructions));
            json.WriteString("l1d", TlbHierarchy.Text(tlbs.Data));
            json.WriteString("l2", tlbs.Second is null ? null : TlbHierarchy.Text(tlbs.Second));
            json.WriteString("walkCache", tlbs.Walks.ToString());
            json.WriteString("map", mapping.Name);
            json.WriteNumber("scatter", mapping.ScatterPercent);
            json.WriteNumber("userPageBytes", 1L << Math.Max(mapping.UserLog2, mapping.Linear.PageLog2));
            json.WriteNumber("instructions", row.Result.Instructions);
            json.WriteNumber("kernelInstructions", row.Result.KernelInstructions);
            json.WriteNumber("l1Misses", counts.L1Misses);
            json.WriteNumber("l1InstructionMisses", counts.InstructionMisses);
            json.WriteNumber("l1DataMisses", counts.DataMisses);
            json.WriteNumber("walks", counts.Walks);
            json.WriteStartArray("walkReads");
            for (int level = 0; level <= 3; level++)
                json.WriteNumberValue(counts.FetchesAt(level));
            json.WriteEndArray();
            json.WriteNumber("unmapped", counts.Unmapped);
            Write(json, rates);
            json.WriteString("error", row.Result.Error);
            json.WriteEndObject();
        }
    });

    /// <summary>The seven rates, as members of an object.</summary>
    public static void Write(System.Text.Json.Utf8JsonWriter json, MissRates rates)
    {
        json.WriteNumber("kernelPercent", rates.KernelPercent);
        json.WriteNumber("l1Mpki", rates.L1);
        json.WriteNumber("walkMpki", rates.Walks);
        json.WriteNumber("kernelL1Mpki", rates.KernelL1);
        json.WriteNumber("kernelWalkMpki", rates.KernelWalks);
        json.WriteNumber("linearL1Mpki", rates.LinearL1);
        json.WriteNumber("linearWalkMpki", rates.LinearWalks);
    }
}
