using System.Globalization;
using System.Text;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Interfaces.Reports;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>A boot as a Mermaid sequence diagram of CPUs, steps and phases, for documentation or mail.</summary>
internal static class MermaidTrace
{
    // The maximum number of lifelines besides CPU 0 that stays readable; CPUs with violations come first.
    private const int MaxOthers = 8;

    public static string Render(BootReport report)
    {
        var shown = Participants(report);
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
                $"    Note over {all}: {report.Cpus.Length - shown.Length} more CPUs are not shown\n");
        bool told = false;
        // Phases are ordered by their ends, which differ: each begins where the one before it ends.
        var phases = report.Trace.Where(e => shown.Contains(e.Cpu)).GroupBy(e => e.Phase)
            .OrderBy(p => p.Max(e => e.Ended));
        foreach (var phase in phases)
        {
            text.Append(CultureInfo.InvariantCulture, $"    Note over {all}: phase {MermaidText.Escape(phase.Key)}\n");
            AppendPhase(text, phase, shown);
            // Entries overlap while CPU 0 splits, so overlaps are shown there; all other violations are shown at the
            // end.
            if (!told && phase.Any(e => e.Name.StartsWith("split", StringComparison.Ordinal)))
            {
                AppendViolations(text, report.Violations.Where(ViolationMoment.IsOverlap), shown);
                told = true;
            }
        }

        AppendViolations(text, report.Violations.Where(v => !told || !ViolationMoment.IsOverlap(v)), shown);
        return text.ToString();
    }

    private static int[] Participants(BootReport report)
    {
        var ranked = report.Violations.Select(v => v.Cpu ?? 0).Concat(report.Cpus.Select(c => c.Id)).Distinct()
            .Where(id => id != 0);
        return [0, .. ranked.Take(MaxOthers).Order()];
    }

    // Neighbouring CPUs with the same steps share their notes.
    private static void AppendPhase(StringBuilder text, IEnumerable<TraceEvent> events, int[] shown)
    {
        var steps = events.GroupBy(e => e.Cpu).SelectMany(cpu => cpu.OrderBy(e => e.Began))
            .ToLookup(e => e.Cpu, e => e.Name);
        for (int i = 0; i < shown.Length;)
        {
            int j = i + 1;
            while (i > 0 && j < shown.Length && steps[shown[i]].SequenceEqual(steps[shown[j]]))
                j++;
            AppendSteps(text, shown[i..j], steps[shown[i]], shown);
            i = j;
        }
    }

    private static void AppendSteps(StringBuilder text, int[] cpus, IEnumerable<string> steps, int[] shown)
    {
        var note = new List<string>();
        foreach (string step in steps)
        {
            var arrows = cpus.SelectMany(cpu => Arrows(cpu, step, shown)).ToList();
            if (arrows.Count == 0)
            {
                note.Add(step);
                continue;
            }

            AppendNote(text, cpus, note);
            foreach (string arrow in arrows)
                text.Append(CultureInfo.InvariantCulture, $"    {arrow}: {MermaidText.Escape(step)}\n");
        }

        AppendNote(text, cpus, note);
    }

    // Messages from one CPU to others: the flag, and broadcast TLBIs.
    private static IEnumerable<string> Arrows(int cpu, string step, int[] shown)
    {
        if (cpu != 0)
            return step == "flag += 1" ? [string.Create(CultureInfo.InvariantCulture, $"CPU{cpu}-->>CPU0")] : [];
        bool broadcast = step.StartsWith("tlbi ", StringComparison.OrdinalIgnoreCase)
            && step.EndsWith("is", StringComparison.OrdinalIgnoreCase);
        string line = broadcast ? "->>" : "-->>";
        return broadcast || step == "flag = 0"
            ? shown.Where(id => id != 0).Select(id => string.Create(CultureInfo.InvariantCulture, $"CPU0{line}CPU{id}"))
            : [];
    }

    private static void AppendNote(StringBuilder text, int[] cpus, List<string> steps)
    {
        if (steps.Count == 0)
            return;
        text.Append(CultureInfo.InvariantCulture, $"    Note over CPU{cpus[0]}");
        if (cpus.Length > 1)
            text.Append(CultureInfo.InvariantCulture, $",CPU{cpus[^1]}");
        text.Append(": ").AppendJoin("<br/>", Shortened(steps)).Append('\n');
        steps.Clear();
    }

    // A split is performed in many parts, "split [...) (341 blocks)"; a run of them becomes one line.
    private static IEnumerable<string> Shortened(List<string> steps)
    {
        for (int i = 0; i < steps.Count;)
        {
            string name = Bare(steps[i]);
            int j = i + 1;
            while (name != steps[i] && j < steps.Count && Bare(steps[j]) == name)
                j++;
            yield return MermaidText.Escape(
                j - i > 1 ? string.Create(CultureInfo.InvariantCulture, $"{name} in {j - i} pieces") : steps[i]);
            i = j;
        }
    }

    private static string Bare(string step)
    {
        int count = step.LastIndexOf(" (", StringComparison.Ordinal);
        return count > 0 && step.EndsWith(" blocks)", StringComparison.Ordinal) ? step[..count] : step;
    }

    private static void AppendViolations(StringBuilder text, IEnumerable<ViolationReport> violations, int[] shown)
    {
        foreach (var cpu in violations.GroupBy(v => v.Cpu ?? 0).Where(g => shown.Contains(g.Key)))
        {
            var first = cpu.First();
            text.Append(
                CultureInfo.InvariantCulture,
                $"    Note over CPU{cpu.Key}: " +
                $"{MermaidText.Escape(first.Rule)}<br/>{MermaidText.Escape(first.Message)}");
            if (cpu.Count() is > 1 and var count)
                text.Append(CultureInfo.InvariantCulture, $"<br/>and {count - 1} more");
            text.Append('\n');
        }
    }
}
