using System.Collections.Immutable;
using Orleans.Mmu.Checking.Replay;
using Orleans.Mmu.Interfaces.Reports;

namespace Orleans.Mmu.Viewer.Live;

/// <summary>An event of a counterexample as grains perform it.</summary>
/// <param name="Text">The event in the counterexample's words.</param>
/// <param name="State">What has become of it.</param>
/// <param name="At">When, in picoseconds since the boot began; null before the replay has ended.</param>
/// <param name="Found">What the CPU's grain saw at it: walks in words, names of violated properties.</param>
internal sealed record ReplayedEvent(int Cpu, string Text, string State, long? At, ImmutableArray<string> Found)
{
    /// <summary>The events of a replay that lasts.</summary>
    /// <param name="done">How many have been performed.</param>
    public static ImmutableArray<ReplayedEvent> Of(ReplayScript script, long done) =>
    [
        .. script.Actions.Select((action, i) => new ReplayedEvent(
            action.Cpu, action.Text, i < done ? "performed" : i == done ? "is performed" : "", null, [])),
    ];

    /// <summary>The events of a replay that has ended.</summary>
    /// <param name="trace">
    /// Its timeline: a step for each event that was performed, in order, and what was found.
    /// </param>
    public static ImmutableArray<ReplayedEvent> Of(ReplayScript script, ImmutableArray<TraceEvent> trace)
    {
        TraceEvent[] steps = [.. trace.Where(e => e.Kind == TraceEventKind.Step)];
        var left = trace.Where(e => e.Kind != TraceEventKind.Step).ToList();
        var events = ImmutableArray.CreateBuilder<ReplayedEvent>();
        for (int i = 0; i < script.Actions.Length; i++)
        {
            var action = script.Actions[i];
            if (i >= steps.Length)
            {
                events.Add(new(action.Cpu, action.Text, "not performed", null, []));
                continue;
            }

            // A walk takes no time, so that several events of a CPU can be at one time: the first walk has it.
            long at = steps[i].Ended;
            var found = action.Walked is { } va
                ? left.Where(e => e.Cpu == action.Cpu && e.Began == at && IsOf(e, va.ToString())).ToList() : [];
            left.RemoveAll(found.Contains);
            events.Add(new(action.Cpu, action.Text, "performed", at, [.. found.Select(Words)]));
        }

        return events.ToImmutable();
    }

    private static bool IsOf(TraceEvent found, string address) => found.Kind == TraceEventKind.Violation
        || found.Name.Contains(address, StringComparison.Ordinal);

    private static string Words(TraceEvent found) =>
        found.Kind == TraceEventKind.Violation ? $"violates {found.Name}" : found.Name;
}
