using System.Collections.Immutable;
using Orleans.Mmu.Interfaces.Reports;

namespace Orleans.Mmu.Viewer.Boots;

/// <summary>A phase of the protocol on one CPU.</summary>
/// <param name="Began">Model time since the boot began, in picoseconds.</param>
/// <param name="Steps">The steps, in order.</param>
public sealed record TimelineBar(int Cpu, string Phase, long Began, long Ended, ImmutableArray<string> Steps)
{
    /// <summary>The phases of each CPU, in order of their beginnings.</summary>
    public static ImmutableArray<TimelineBar> Of(IEnumerable<TraceEvent> trace) =>
    [
        .. trace.GroupBy(e => (e.Cpu, e.Phase))
            .Select(g => new TimelineBar(
                g.Key.Cpu, g.Key.Phase, g.Min(e => e.Began), g.Max(e => e.Ended),
                [.. g.OrderBy(e => e.Began).Select(e => e.Name)]))
            .OrderBy(b => b.Cpu).ThenBy(b => b.Began),
    ];
}
