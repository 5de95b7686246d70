using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Orleans.Mmu.Linux.Capabilities;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>JSON documents in this program's format.</summary>
internal static class JsonText
{
    // Prints "2M+CONT" without escapes; no output goes into HTML.
    private static readonly JsonWriterOptions Options =
        new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>One object, ending in a line break.</summary>
    public static string Object(Action<Utf8JsonWriter> writeMembers) => Document(json =>
    {
        json.WriteStartObject();
        writeMembers(json);
        json.WriteEndObject();
    });

    /// <summary>One array, ending in a line break.</summary>
    public static string Array(Action<Utf8JsonWriter> writeElements) => Document(json =>
    {
        json.WriteStartArray();
        writeElements(json);
        json.WriteEndArray();
    });

    /// <summary>An array of lines.</summary>
    public static void WriteLines(Utf8JsonWriter json, string name, IEnumerable<string> lines)
    {
        json.WriteStartArray(name);
        foreach (string line in lines)
            json.WriteStringValue(line);
        json.WriteEndArray();
    }

    /// <summary>An object of numbers.</summary>
    public static void WriteCounts(Utf8JsonWriter json, string name, IEnumerable<KeyValuePair<string, long>> counts)
    {
        json.WriteStartObject(name);
        foreach (var (key, count) in counts)
            json.WriteNumber(key, count);
        json.WriteEndObject();
    }

    /// <summary>Whether the kernel's leaves are non-global, whether a rewrite made them so, and why: "kpti".</summary>
    public static void WriteIsolation(Utf8JsonWriter json, bool notGlobal, bool rewritten, string why)
    {
        json.WriteStartObject("kpti");
        json.WriteBoolean("nonGlobal", notGlobal);
        json.WriteBoolean("rewritten", rewritten);
        json.WriteString("why", why);
        json.WriteEndObject();
    }

    /// <summary>The same of a machine.</summary>
    public static void WriteIsolation(Utf8JsonWriter json, KernelIsolation isolation) =>
        WriteIsolation(json, isolation.NotGlobal, isolation.Rewrites, isolation.Sentence);

    /// <summary>Leaves and tables of a map.</summary>
    public static void WriteCensus(
        Utf8JsonWriter json, IEnumerable<KeyValuePair<string, long>> leaves,
        IEnumerable<KeyValuePair<int, long>> tables, long tableBytes)
    {
        WriteCounts(json, "leaves", leaves);
        WriteCounts(
            json, "tables",
            tables.Select(t => KeyValuePair.Create(t.Key.ToString(CultureInfo.InvariantCulture), t.Value)));
        json.WriteNumber("tableBytes", tableBytes);
    }

    private static string Document(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
            write(json);
        return Encoding.UTF8.GetString(buffer.WrittenSpan) + "\n";
    }
}
