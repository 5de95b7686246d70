using System.Globalization;
using Orleans.Mmu.Verdicts.Checks;
using Orleans.Mmu.Verdicts.Counterexamples;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>
/// A counterexample as Chrome trace JSON: a thread for each CPU, a microsecond for each event, each with the possible
/// contents of every TLB.
/// </summary>
internal static class CounterexamplePerfetto
{
    public static string Render(CheckReport report, Counterexample counterexample) =>
        ChromeTrace.Document(Events(report, counterexample));

    private static IEnumerable<string> Events(CheckReport report, Counterexample counterexample)
    {
        yield return ChromeTrace.Metadata(
            "process_name", 0, args => args.WriteString("name", $"{report.Protocol}: {counterexample.Property.Name}"));
        foreach (var lane in counterexample.Events[0].Lanes)
            yield return ChromeTrace.Metadata(
                "thread_name", lane.Cpu, args =>
                    args.WriteString("name", string.Create(CultureInfo.InvariantCulture, $"CPU {lane.Cpu}")));
        for (int i = 0; i < counterexample.Events.Length; i++)
        {
            var happened = counterexample.Events[i];
            yield return ChromeTrace.Event(
                happened.Kind == EventKind.Violation ? "i" : "X", happened.Action, happened.Cpu, i, json =>
            {
                if (happened.Kind == EventKind.Violation)
                    json.WriteString("s", "t");
                else
                    json.WriteNumber("dur", 1);
                json.WriteString("cat", happened.Kind.ToString().ToLowerInvariant());
                json.WriteStartObject("args");
                json.WriteString("rule", happened.Rule);
                if (happened.Phase.Length > 0)
                    json.WriteString("phase", happened.Phase);
                foreach (var lane in happened.Lanes)
                {
                    json.WriteString(
                        string.Create(CultureInfo.InvariantCulture, $"CPU {lane.Cpu} TLB"),
                        string.Join(", ", lane.Tlb));
                    if (!lane.Pending.IsEmpty)
                        json.WriteString(
                            string.Create(CultureInfo.InvariantCulture, $"CPU {lane.Cpu} pending"),
                            string.Join(", ", lane.Pending));
                }

                if (happened.Kind == EventKind.Violation)
                    json.WriteString("explanation", string.Join('\n', counterexample.Explanation));
                json.WriteEndObject();
            });
        }
    }
}
