using System.Globalization;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Interfaces.Reports;

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
        foreach (var happened in report.Trace.OrderBy(e => e.Began).ThenBy(e => e.Cpu))
        {
            if (happened.Kind == TraceEventKind.Step)
                yield return Step(happened);
            else if (happened.Kind == TraceEventKind.Walk)
                yield return Walk(happened);
        }

        foreach (var placed in PlacedViolation.Of(report))
            yield return Violation(placed);
    }

    private static string Step(TraceEvent step) => ChromeTrace.Event(
        "X", step.Name, step.Cpu, step.Began / ChromeTrace.PicosecondsPerMicrosecond, json =>
    {
        json.WriteNumber("dur", step.Duration / ChromeTrace.PicosecondsPerMicrosecond);
        json.WriteStartObject("args");
        json.WriteString("phase", step.Phase);
        json.WriteEndObject();
    });

    private static string Walk(TraceEvent walk) => ChromeTrace.Event(
        "i", walk.Name, walk.Cpu, walk.Began / ChromeTrace.PicosecondsPerMicrosecond, json =>
    {
        json.WriteString("cat", "walk");
        json.WriteString("s", "t");
        json.WriteStartObject("args");
        json.WriteString("phase", walk.Phase);
        json.WriteEndObject();
    });

    private static string Violation(PlacedViolation placed) => ChromeTrace.Event(
        "i", placed.Violation.Rule, placed.Cpu, placed.At / ChromeTrace.PicosecondsPerMicrosecond, json =>
    {
        var violation = placed.Violation;
        json.WriteString("s", violation.Cpu is null ? "p" : "t");
        json.WriteStartObject("args");
        if (violation.Address is { } va)
            json.WriteString("va", string.Create(CultureInfo.InvariantCulture, $"0x{va:x16}"));
        json.WriteString("message", violation.Message);
        json.WriteString("explanation", string.Join('\n', violation.Explanation));
        json.WriteEndObject();
    });
}
