using System.Collections.Immutable;
using System.Globalization;
using Orleans.Mmu.Interfaces.Reports;

namespace Orleans.Mmu.Viewer.Boots;

/// <summary>A phase of the protocol on one CPU, or on several that do the same.</summary>
/// <param name="Began">Model time since the boot began, in picoseconds; of several CPUs the first one's.</param>
/// <param name="Ended">Of several CPUs the last one's.</param>
/// <param name="Steps">The steps of the first of the CPUs, in order.</param>
public sealed record TimelineBar(string Phase, long Began, long Ended, ImmutableArray<string> Steps);

/// <summary>
/// The phases of one CPU, or of neighbours that do the same steps and see the same, in order of their beginnings.
/// </summary>
/// <param name="Violates">Whether a CPU of the lane violated a property.</param>
public sealed record TimelineLane(int First, int Last, bool Violates, ImmutableArray<TimelineBar> Bars)
{
    /// <summary>The walks that matter and the violations, in the order of time.</summary>
    public ImmutableArray<TimelineMark> Marks { get; init; } = [];

    /// <summary>"CPU 4", "CPUs 1-190".</summary>
    public string Name => string.Create(
        CultureInfo.InvariantCulture, $"{(First == Last ? $"CPU {First}" : $"CPUs {First}-{Last}")}");

    /// <summary>The lanes of a trace.</summary>
    /// <param name="violating">CPUs that violated a property.</param>
    /// <param name="most">Where there are more CPUs, neighbours that do the same steps share a lane.</param>
    public static ImmutableArray<TimelineLane> Of(
        IEnumerable<TraceEvent> trace, IReadOnlySet<int> violating, int most)
    {
        var lanes = trace.GroupBy(e => e.Cpu).OrderBy(g => g.Key)
            .Select(cpu => new TimelineLane(cpu.Key, cpu.Key, violating.Contains(cpu.Key), [.. BarsOf(cpu)])
            {
                Marks =
                    [.. cpu.Where(e => e.Kind != TraceEventKind.Step).OrderBy(e => e.Began).Select(TimelineMark.Of)],
            }).ToList();
        if (lanes.Count <= most)
            return [.. lanes];
        var merged = ImmutableArray.CreateBuilder<TimelineLane>();
        foreach (var lane in lanes)
        {
            if (merged.Count > 0 && merged[^1].DoesTheSame(lane))
                merged[^1] = merged[^1].With(lane);
            else
                merged.Add(lane);
        }

        return merged.ToImmutable();
    }

    private static IEnumerable<TimelineBar> BarsOf(IEnumerable<TraceEvent> cpu) => cpu
        .Where(e => e.Kind == TraceEventKind.Step).GroupBy(e => e.Phase)
        .Select(g => new TimelineBar(
            g.Key, g.Min(e => e.Began), g.Max(e => e.Ended), [.. g.OrderBy(e => e.Began).Select(e => e.Name)]))
        .OrderBy(b => b.Began);

    private bool DoesTheSame(TimelineLane next) => next.First == Last + 1 && next.Violates == Violates
        && next.Bars.Length == Bars.Length && next.Marks.Select(m => m.Text).SequenceEqual(Marks.Select(m => m.Text))
        && Bars.Zip(next.Bars).All(b => b.First.Phase == b.Second.Phase && b.First.Steps.SequenceEqual(b.Second.Steps));

    private TimelineLane With(TimelineLane next) => this with
    {
        Last = next.Last,
        Marks = [.. Marks.Zip(next.Marks, (a, b) => a with { At = Math.Min(a.At, b.At) })],
        Bars =
        [
            .. Bars.Zip(next.Bars).Select(b => b.First with
            {
                Began = Math.Min(b.First.Began, b.Second.Began),
                Ended = Math.Max(b.First.Ended, b.Second.Ended),
            }),
        ],
    };
}
