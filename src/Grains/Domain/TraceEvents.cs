using Orleans.Mmu.Interfaces.Reports;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Grains.Domain;

/// <summary>
/// Steps that were performed in one go share its time: the model knows their order, not their length.
/// </summary>
internal static class TraceEvents
{
    /// <param name="began">In ticks, as <paramref name="ended"/>.</param>
    public static IEnumerable<TraceEvent> Of(int cpu, IReadOnlyList<Step> steps, string phase, long began, long ended)
    {
        long each = Math.Max(1, (ended - began) / Math.Max(1, steps.Count));
        return steps.Select((s, i) => new TraceEvent(cpu, s.Text, phase, began + i * each, each));
    }
}
