using System.Collections.Immutable;
using Orleans.Mmu.Interfaces.Cpus;
using Orleans.Mmu.Interfaces.Reports;

namespace Orleans.Mmu.Viewer.Boots;

/// <summary>A moment of a timeline that is no step: a walk that matters, or a violation.</summary>
/// <param name="At">Model time since the boot began, in picoseconds; of several CPUs the first one's.</param>
/// <param name="Text">The walk in words, or the name of the property.</param>
public sealed record TimelineMark(long At, string Text, bool IsViolation)
{
    public static TimelineMark Of(TraceEvent happened) =>
        new(happened.Began, happened.Name, happened.Kind == TraceEventKind.Violation);
}

/// <summary>What one CPU or several saw at a time, as a row of a list.</summary>
/// <param name="Cpus">"CPU 3", "CPUs 1-7, 9".</param>
public sealed record TimelineSight(TimelineMark Mark, string Cpus)
{
    /// <summary>The rows of a trace in the order of time; CPUs that saw the same at the same time share one.</summary>
    public static ImmutableArray<TimelineSight> Of(IEnumerable<TraceEvent> trace) =>
    [
        .. trace.Where(e => e.Kind != TraceEventKind.Step).GroupBy(TimelineMark.Of, e => e.Cpu)
            .OrderBy(g => g.Key.At).ThenBy(g => g.Key.IsViolation).ThenBy(g => g.Min())
            .Select(g => new TimelineSight(g.Key, CpuNumbers.Of(g))),
    ];
}
