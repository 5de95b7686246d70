using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Orleans.Mmu.Interfaces;

namespace Orleans.Mmu.Client;

/// <summary>A boot as Chrome trace JSON, which ui.perfetto.dev opens: the machine is a process, each CPU a thread.</summary>
public static class PerfettoTrace
{
    private const int Pid = 1;
    private const double TicksPerMicrosecond = TimeSpan.TicksPerMicrosecond;

    // The format is one object to a line by custom; whitespace would double a large trace.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Render(BootReport report)
    {
        var lines = new StringBuilder("{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n");
        lines.AppendJoin(",\n", Events(report));
        return lines.Append("\n]}\n").ToString();
    }

    private static IEnumerable<string> Events(BootReport report)
    {
        yield return Metadata("process_name", 0, args => args.WriteString("name", $"machine {report.Machine}"));
        foreach (var cpu in report.Cpus)
        {
            yield return Metadata("thread_name", cpu.Id,
                args => args.WriteString("name", string.Create(CultureInfo.InvariantCulture, $"CPU {cpu.Id} ({cpu.Core})")));
            yield return Metadata("thread_sort_index", cpu.Id, args => args.WriteNumber("sort_index", cpu.Id));
        }

        long origin = report.Trace.IsEmpty ? 0 : report.Trace.Min(e => e.Ticks);
        // By time, so that the file does not depend on whose answer came first.
        foreach (var step in report.Trace.OrderBy(e => e.Ticks).ThenBy(e => e.Cpu))
        {
            yield return Event("X", step.Name, step.Cpu, step.Ticks - origin, json =>
            {
                json.WriteNumber("dur", step.Duration / TicksPerMicrosecond);
                json.WriteStartObject("args");
                json.WriteString("phase", step.Phase);
                json.WriteEndObject();
            });
        }

        foreach (var violation in report.Violations)
        {
            yield return Event("i", violation.Rule, violation.Cpu ?? 0, ViolationMoment.Of(report, violation) - origin, json =>
            {
                json.WriteString("s", violation.Cpu is null ? "p" : "t");
                json.WriteStartObject("args");
                if (violation.Address is { } va)
                    json.WriteString("va", string.Create(CultureInfo.InvariantCulture, $"0x{va:x16}"));
                json.WriteString("message", violation.Message);
                json.WriteString("explanation", string.Join('\n', violation.Explanation));
                json.WriteEndObject();
            });
        }
    }

    private static string Metadata(string name, int tid, Action<Utf8JsonWriter> args) => Line(json =>
    {
        WriteHead(json, "M", name, tid);
        json.WriteStartObject("args");
        args(json);
        json.WriteEndObject();
    });

    private static string Event(string kind, string name, int tid, long ticks, Action<Utf8JsonWriter> rest) => Line(json =>
    {
        WriteHead(json, kind, name, tid);
        json.WriteNumber("ts", ticks / TicksPerMicrosecond);
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
