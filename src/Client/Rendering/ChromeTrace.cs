using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>The Chrome trace format: one process, a thread for each CPU, events on them.</summary>
internal static class ChromeTrace
{
    /// <summary>The format's unit is the microsecond.</summary>
    public const double PicosecondsPerMicrosecond = 1e6;

    private const int Pid = 1;

    // By convention one object to a line; indentation would double the size of a large trace.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The whole file.</summary>
    public static string Document(IEnumerable<string> events)
    {
        var lines = new StringBuilder("{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n");
        lines.AppendJoin(",\n", events);
        return lines.Append("\n]}\n").ToString();
    }

    /// <summary>Names a process or a thread.</summary>
    public static string Metadata(string name, int tid, Action<Utf8JsonWriter> args) => Line(json =>
    {
        WriteHead(json, "M", name, tid);
        json.WriteStartObject("args");
        args(json);
        json.WriteEndObject();
    });

    /// <summary>An event on a thread.</summary>
    /// <param name="kind">X has a duration, i is instantaneous.</param>
    public static string Event(string kind, string name, int tid, double microseconds, Action<Utf8JsonWriter> rest) =>
        Line(json =>
    {
        WriteHead(json, kind, name, tid);
        json.WriteNumber("ts", microseconds);
        rest(json);
    });

    private static void WriteHead(Utf8JsonWriter json, string kind, string name, int tid)
    {
        json.WriteString("ph", kind);
        json.WriteString("name", name);
        json.WriteNumber("pid", Pid);
        json.WriteNumber("tid", tid);
    }

    private static string Line(Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
