using System.Globalization;
using Orleans.Mmu.Interfaces.Machines;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>A boot as Chrome trace JSON for ui.perfetto.dev: the machine is a process, each CPU a thread.</summary>
internal static class PerfettoTrace
{
    public static string Render(BootReport report) => ChromeTrace.Document(Events(report));

    private static IEnumerable<string> Events(BootReport report)
    {
        yield return ChromeTrace.Metadata(
            "process_name", 0, args => args.WriteString("name", $"machine {report.Machine}"));
        foreach (var cpu in report.Cpus)
        {
            yield return ChromeTrace.Metadata("thread_name", cpu.Id,
                args => args.WriteString(
                    "name", string.Create(CultureInfo.InvariantCulture, $"CPU {cpu.Id} ({cpu.Core})")));
            yield return ChromeTrace.Metadata(
                "thread_sort_index", cpu.Id, args => args.WriteNumber("sort_index", cpu.Id));
        }

        // Times are those of the log's stamps: model time since the boot began.
        foreach (var step in report.Trace.OrderBy(e => e.Began).ThenBy(e => e.Cpu))
        {
            yield return ChromeTrace.Event(
                "X", step.Name, step.Cpu, step.Began / ChromeTrace.PicosecondsPerMicrosecond, json =>
            {
                json.WriteNumber("dur", step.Duration / ChromeTrace.PicosecondsPerMicrosecond);
                json.WriteStartObject("args");
                json.WriteString("phase", step.Phase);
                json.WriteEndObject();
            });
        }

        foreach (var violation in report.Violations)
        {
            yield return ChromeTrace.Event(
                "i", violation.Rule, violation.Cpu ?? 0,
                ViolationMoment.Of(report, violation) / ChromeTrace.PicosecondsPerMicrosecond, json =>
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
}
