using System.Collections.Immutable;
using Orleans.Mmu.Interfaces.Reports;
using Orleans.Mmu.Linux.Costs;
using Orleans.Mmu.Speculation.Recording;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Grains.Machines;

/// <summary>
/// The timeline of a boot: the steps of its run, and between them, each at its time, the walks that matter and the
/// violations.
/// </summary>
/// <param name="steps">The steps on the run's clock.</param>
/// <param name="began">When the run began, on the boot's clock.</param>
internal sealed class BootTimeline(ImmutableArray<TraceEvent> steps, ModelTime began)
{
    private readonly ImmutableArray<TraceEvent> _byEnd = [.. steps.OrderBy(s => s.Ended)];
    private readonly ILookup<int, TraceEvent> _byCpu = steps.OrderBy(s => s.Began).ToLookup(s => s.Cpu);

    /// <summary>The steps, the walks, and last one event for each violation, in the order of the violations.</summary>
    /// <param name="sighted">What CPUs have said of their walks.</param>
    /// <param name="found">
    /// The violations, with the boot's time at which each was found. A violation that a CPU has sighted came to be
    /// earlier than it was found.
    /// </param>
    public ImmutableArray<TraceEvent> With(
        IReadOnlyCollection<Sighting> sighted, IReadOnlyCollection<(Violation Violation, ModelTime At)> found)
    {
        var walks = sighted.Where(s => s.Walk is not null)
            .Select(s => Event(s.Cpu, s.Walk!, TimeOf(s), TraceEventKind.Walk)).Distinct()
            .OrderBy(e => e.Began).ThenBy(e => e.Cpu);
        var sources = sighted.Where(s => s.Violated is not null).ToLookup(s => (s.Cpu, s.Violated!));
        var violations = found.Select(f =>
        {
            int cpu = f.Violation.Cpu ?? 0;
            var source = sources[(cpu, f.Violation.Property.Name)].FirstOrDefault();
            return Event(cpu, f.Violation.Property.Name,
                source is not null ? TimeOf(source) : (f.At - began).Picoseconds, TraceEventKind.Violation);
        });
        return [.. steps.Concat(walks).Concat(violations)
            .Select(e => e with { Began = e.Began + began.Picoseconds })];
    }

    private TraceEvent Event(int cpu, string name, long at, TraceEventKind kind) =>
        new(cpu, name, PhaseAt(at), at, 0) { Kind = kind };

    // A command's steps follow each other from the moment at which it was given. A run that was taken up has lost the
    // steps of earlier coordinators.
    private long TimeOf(Sighting sighting)
    {
        long given = sighting.Began.Picoseconds;
        return sighting.Step == 0 ? given
            : _byCpu[sighting.Cpu].Where(s => s.Began >= given).Take(sighting.Step)
                .Select(s => s.Ended).LastOrDefault(given);
    }

    // The phase of the step that ended last.
    private string PhaseAt(long at)
    {
        int low = 0, high = _byEnd.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_byEnd[middle].Ended <= at)
                low = middle + 1;
            else
                high = middle;
        }

        return low == 0 ? "" : _byEnd[low - 1].Phase;
    }
}
