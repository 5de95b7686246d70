using System.Globalization;
using System.Text;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Interfaces.Reports;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>A note of a boot's diagram that is no step: a walk that matters, or violations at one moment.</summary>
/// <param name="Cpu">The CPU on whose lifeline it stands.</param>
/// <param name="At">Model time since the boot began, in picoseconds.</param>
/// <param name="Phase">The phase that it belongs to; empty before the first.</param>
/// <param name="Text">The note in Mermaid's syntax.</param>
/// <param name="Count">Violations in the note; 0 for a walk.</param>
internal sealed record MermaidMark(int Cpu, long At, string Phase, string Text, int Count)
{
    // Walks of a CPU at one place that are shown.
    private const int MostTogether = 4;

    public bool IsViolation => Count > 0;

    /// <summary>The notes of a boot in the order of their times; of one time the walks first.</summary>
    public static MermaidMark[] Of(BootReport report)
    {
        var walks = report.Trace.Where(e => e.Kind == TraceEventKind.Walk)
            .Select(e => new MermaidMark(e.Cpu, e.Began, e.Phase, MermaidText.Escape(e.Name), 0));
        var violations = PlacedViolation.Of(report).GroupBy(p => (p.Cpu, p.At, p.Phase))
            .Select(g => new MermaidMark(g.Key.Cpu, g.Key.At, g.Key.Phase, Words([.. g]), g.Count()));
        return [.. walks.Concat(violations).OrderBy(m => m.At).ThenBy(m => m.IsViolation)];
    }

    /// <summary>Writes notes. Neighbours among the shown CPUs that have the same ones share them.</summary>
    public static void Append(StringBuilder text, IEnumerable<MermaidMark> marks, int[] shown)
    {
        var byCpu = marks.ToLookup(m => m.Cpu);
        for (int i = 0; i < shown.Length;)
        {
            var own = byCpu[shown[i]].ToList();
            int j = i + 1;
            while (j < shown.Length && own.Select(m => m.Text).SequenceEqual(byCpu[shown[j]].Select(m => m.Text)))
                j++;
            AppendOf(text, shown[i..j], own);
            i = j;
        }
    }

    private static void AppendOf(StringBuilder text, int[] cpus, IReadOnlyList<MermaidMark> own)
    {
        var walks = own.Where(m => !m.IsViolation).Select(m => m.Text).ToList();
        if (walks.Count > MostTogether)
            walks = [.. walks.Take(MostTogether),
                string.Create(CultureInfo.InvariantCulture, $"and {walks.Count - MostTogether} more walks")];
        MermaidText.AppendNote(text, cpus, walks);
        foreach (var violation in own.Where(m => m.IsViolation))
            MermaidText.AppendNote(text, cpus, [violation.Text]);
    }

    private static string Words(IReadOnlyList<PlacedViolation> violations)
    {
        var first = violations[0].Violation;
        string more = violations.Count > 1
            ? string.Create(CultureInfo.InvariantCulture, $"<br/>and {violations.Count - 1} more") : "";
        return $"{MermaidText.Escape(first.Rule)}<br/>{MermaidText.Escape(first.Message)}{more}";
    }
}
