using System.Globalization;
using System.Text;
using Orleans.Mmu.Verdicts.Checks;
using Orleans.Mmu.Verdicts.Counterexamples;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>A counterexample as a Mermaid sequence diagram: CPUs and memory, steps, stores and walks.</summary>
internal static class CounterexampleMermaid
{
    public static string Render(CheckReport report, Counterexample counterexample)
    {
        var text = new StringBuilder("sequenceDiagram\n");
        text.Append(
            CultureInfo.InvariantCulture,
            $"    title {MermaidText.Escape(report.Protocol)}: {counterexample.Property.Name}\n");
        foreach (var lane in counterexample.Events[0].Lanes)
            text.Append(CultureInfo.InvariantCulture, $"    participant CPU{lane.Cpu} as CPU {lane.Cpu}\n");
        text.Append("    participant M as page tables\n");
        foreach (var happened in counterexample.Events)
        {
            string action = MermaidText.Escape(happened.Action);
            text.Append(happened.Kind switch
            {
                EventKind.Store =>
                    string.Create(CultureInfo.InvariantCulture, $"    CPU{happened.Cpu}->>M: {action}\n"),
                EventKind.Walk =>
                    string.Create(CultureInfo.InvariantCulture, $"    M-->>CPU{happened.Cpu}: {action}\n"),
                EventKind.Violation => string.Create(CultureInfo.InvariantCulture,
                    $"    Note over CPU{happened.Cpu}: {counterexample.Property.Name} " +
                    $"({MermaidText.Escape(happened.Rule)})<br/>{action}\n"),
                _ => string.Create(CultureInfo.InvariantCulture, $"    Note over CPU{happened.Cpu}: {action}\n"),
            });
        }

        return text.ToString();
    }
}
