using System.Globalization;
using System.Text;
using Orleans.Mmu.Interfaces.Reports;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>Writes one phase of a boot's diagram: steps, and the notes between them.</summary>
/// <param name="text">The diagram so far.</param>
/// <param name="shown">The CPUs that have a lifeline.</param>
internal sealed class MermaidPhase(StringBuilder text, int[] shown)
{
    /// <param name="steps">The steps of the phase.</param>
    /// <param name="marks">What else happened in it, in the order of time.</param>
    public void Append(IReadOnlyList<TraceEvent> steps, IReadOnlyList<MermaidMark> marks)
    {
        if (steps.All(s => s.Cpu == 0))
        {
            AppendOfBootCpu(steps, marks);
            return;
        }

        // CPUs perform a phase side by side, so that each note stands between the steps of its own CPU.
        var lanes = shown.ToDictionary(cpu => cpu, cpu => Lane(
            steps.Where(s => s.Cpu == cpu), marks.Where(m => m.Cpu == cpu)));
        var performers = shown.Where(cpu => lanes[cpu].Exists(p => p.Steps.Count > 0)).ToList();
        for (int i = 0; i < shown.Length;)
        {
            int j = i + 1;
            while (i > 0 && j < shown.Length && IsSame(lanes[shown[i]], lanes[shown[j]]))
                j++;
            foreach (var part in lanes[shown[i]].Where(_ => performers.Contains(shown[i])))
                AppendPart(shown[i..j], part);
            i = j;
        }

        MermaidMark.Append(text, marks.Where(m => !performers.Contains(m.Cpu)), shown);
    }

    // What the others see while CPU 0 works stands between its steps.
    private void AppendOfBootCpu(IReadOnlyList<TraceEvent> steps, IReadOnlyList<MermaidMark> marks)
    {
        foreach (var part in Lane(steps, marks))
        {
            AppendSteps([0], part.Steps);
            MermaidMark.Append(text, part.Marks, shown);
        }
    }

    private void AppendPart(int[] cpus, Part part)
    {
        AppendSteps(cpus, part.Steps);
        // Each CPU of a group has the same notes.
        MermaidMark.Append(text, cpus.SelectMany(cpu => part.Marks.Select(m => m with { Cpu = cpu })), cpus);
    }

    // Steps, and the marks after the last of them that had ended by then.
    private static List<Part> Lane(IEnumerable<TraceEvent> steps, IEnumerable<MermaidMark> marks)
    {
        var parts = new List<Part>();
        var left = new Queue<TraceEvent>(steps.OrderBy(s => s.Began));
        foreach (var mark in marks)
        {
            var ended = new List<string>();
            while (left.TryPeek(out var step) && step.Ended <= mark.At)
                ended.Add(left.Dequeue().Name);
            if (ended.Count > 0 || parts.Count == 0)
                parts.Add(new(ended, []));
            parts[^1].Marks.Add(mark);
        }

        if (left.Count > 0)
            parts.Add(new([.. left.Select(s => s.Name)], []));
        return parts;
    }

    private static bool IsSame(List<Part> a, List<Part> b) => a.Count == b.Count && a.Zip(b).All(p =>
        p.First.Steps.SequenceEqual(p.Second.Steps)
        && p.First.Marks.Select(m => m.Text).SequenceEqual(p.Second.Marks.Select(m => m.Text)));

    private void AppendSteps(int[] cpus, IEnumerable<string> steps)
    {
        var note = new List<string>();
        foreach (string step in steps)
        {
            var arrows = cpus.SelectMany(cpu => Arrows(cpu, step)).ToList();
            if (arrows.Count == 0)
            {
                note.Add(step);
                continue;
            }

            AppendNote(cpus, note);
            foreach (string arrow in arrows)
                text.Append(CultureInfo.InvariantCulture, $"    {arrow}: {MermaidText.Escape(step)}\n");
        }

        AppendNote(cpus, note);
    }

    // Messages from one CPU to others: the flag, and broadcast TLBIs.
    private IEnumerable<string> Arrows(int cpu, string step)
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

    private void AppendNote(int[] cpus, List<string> steps)
    {
        MermaidText.AppendNote(text, cpus, [.. Shortened(steps)]);
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

    private sealed record Part(List<string> Steps, List<MermaidMark> Marks);
}
