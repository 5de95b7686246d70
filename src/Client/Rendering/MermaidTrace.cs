using System.Globalization;
using System.Text;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Interfaces.Reports;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>
/// A boot as a Mermaid sequence diagram of CPUs, phases, steps, walks and violations, for documentation or mail.
/// </summary>
internal static class MermaidTrace
{
    // The maximum number of lifelines besides CPU 0 that stays readable; CPUs with violations come first, then CPUs
    // with walks that matter.
    private const int MaxOthers = 8;

    public static string Render(BootReport report)
    {
        var marks = MermaidMark.Of(report);
        int[] shown = Participants(report, marks);
        var text = new StringBuilder("sequenceDiagram\n");
        text.Append(
            CultureInfo.InvariantCulture,
            $"    title {MermaidText.Escape(report.Machine)}: {MermaidText.Escape(report.Protocol)}, seed " +
            $"{report.Seed}\n");
        foreach (var cpu in report.Cpus.Where(c => shown.Contains(c.Id)))
            text.Append(
                CultureInfo.InvariantCulture,
                $"    participant CPU{cpu.Id} as CPU {cpu.Id} ({MermaidText.Escape(cpu.Core)})\n");

        string all = shown.Length > 1
            ? string.Create(CultureInfo.InvariantCulture, $"CPU{shown[0]},CPU{shown[^1]}") : "CPU0";
        if (report.Cpus.Length > shown.Length)
            text.Append(
                CultureInfo.InvariantCulture,
                $"    Note over {all}: {report.Cpus.Length - shown.Length} more CPUs are not shown" +
                $"{LeftOut(marks, shown)}\n");
        marks = [.. marks.Where(m => shown.Contains(m.Cpu))];
        MermaidMark.Append(text, marks.Where(m => m.Phase.Length == 0), shown);
        // Phases are ordered by their ends, which differ: each begins where the one before it ends.
        var phases = report.Trace.Where(e => e.Kind == TraceEventKind.Step && shown.Contains(e.Cpu))
            .GroupBy(e => e.Phase).OrderBy(p => p.Max(e => e.Ended)).ToList();
        foreach (var phase in phases)
        {
            text.Append(CultureInfo.InvariantCulture, $"    Note over {all}: phase {MermaidText.Escape(phase.Key)}\n");
            new MermaidPhase(text, shown).Append([.. phase], [.. marks.Where(m => m.Phase == phase.Key)]);
        }

        // A timeline without steps has no phases.
        MermaidMark.Append(
            text, marks.Where(m => m.Phase.Length > 0 && phases.TrueForAll(p => p.Key != m.Phase)), shown);
        return text.ToString();
    }

    private static int[] Participants(BootReport report, IReadOnlyCollection<MermaidMark> marks)
    {
        var ranked = report.Violations.Select(v => v.Cpu ?? 0).Concat(marks.Select(m => m.Cpu))
            .Concat(report.Cpus.Select(c => c.Id)).Distinct().Where(id => id != 0);
        return [0, .. ranked.Take(MaxOthers).Order()];
    }

    private static string LeftOut(IReadOnlyCollection<MermaidMark> marks, int[] shown)
    {
        var hidden = marks.Where(m => !shown.Contains(m.Cpu)).ToList();
        int violations = hidden.Where(m => m.IsViolation).Sum(m => m.Count), walks = hidden.Count(m => !m.IsViolation);
        return hidden.Count == 0 ? "" : string.Create(CultureInfo.InvariantCulture,
            $", with {walks} walks that matter and {violations} violations");
    }
}
