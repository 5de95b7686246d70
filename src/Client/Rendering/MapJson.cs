using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Orleans.Mmu.Linux;

namespace Orleans.Mmu.Client;

/// <summary>What a map consists of, as one JSON document.</summary>
internal static class MapJson
{
    // "2M+CONT" shall read so; nothing here goes into HTML.
    private static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The document, with a line break at its end.</summary>
    public static string Render(KernelMap map, MachineDescription? machine, BootMode? mode)
    {
        var geometry = map.Geometry;
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("machine", machine?.Name);
            json.WriteString("kernel", machine?.Rules.Version.ToString());
            json.WriteString("mode", mode?.ToString().ToLowerInvariant());
            json.WriteString("range", map.Range.ToString().ToLowerInvariant());
            json.WriteNumber("pageSize", geometry.Granule.PageSize);
            json.WriteNumber("vaBits", geometry.VaBits);
            json.WriteNumber("paBits", geometry.PaBits);
            json.WriteString("pageOffset", map.Start.ToString());
            json.WriteString("pageEnd", LinearMapLayout.EndOf(geometry).ToString());
            json.WriteString("physicalOffset", machine is null ? null : LinearMapLayout.Of(machine).PhysicalOffset.ToString());
            json.WriteString("root", map.Root.ToString());
            var census = map.Census();
            WriteCounts(json, "leaves", census.Leaves);
            WriteCounts(json, "tables", census.Tables.Select(t => KeyValuePair.Create(t.Key.ToString(CultureInfo.InvariantCulture), t.Value)));
            json.WriteNumber("tableBytes", census.TableBytes);
            WriteCounts(json, "directMap", DirectMapUse.Of(map));
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan) + "\n";
    }

    private static void WriteCounts(Utf8JsonWriter json, string name, IEnumerable<KeyValuePair<string, long>> counts)
    {
        json.WriteStartObject(name);
        foreach (var (key, count) in counts)
            json.WriteNumber(key, count);
        json.WriteEndObject();
    }
}
