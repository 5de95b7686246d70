using System.Collections.Immutable;
using System.Globalization;
using Orleans.Mmu.Verdicts.Counterexamples;

namespace Orleans.Mmu.Viewer.Counterexamples;

/// <summary>
/// An entry that a load of a counterexample has brought into a TLB, where others are entries that it may hold. A path
/// names the loads of the entries that its violation is about.
/// </summary>
/// <param name="Name">The entry's name in lanes.</param>
/// <param name="Event">The index of the walk, or of the share.</param>
/// <param name="IsNow">Whether that is the moment's own event.</param>
public sealed record LoadedEntry(string Name, int Event, bool IsNow)
{
    /// <summary>"cached by this load", "cached at event 10".</summary>
    public string Words => IsNow ? "cached by this load"
        : string.Create(CultureInfo.InvariantCulture, $"cached at event {Event + 1}");

    /// <summary>What the loads of a CPU up to an event have cached and its TLB may still hold.</summary>
    public static ImmutableArray<LoadedEntry> Of(Counterexample found, int index, CpuLane lane)
    {
        var loads = ImmutableArray.CreateBuilder<LoadedEntry>();
        foreach (string name in found.Entries.Select(e => e.Name).Where(lane.Tlb.Contains))
        {
            for (int i = index; i >= 0 && IsHeld(found.Events[i], lane.Cpu, name); i--)
            {
                var happened = found.Events[i];
                if (happened.Cpu != lane.Cpu || happened.Kind is not (EventKind.Walk or EventKind.Share)
                    || !Brings(happened, name))
                    continue;
                loads.Add(new(name, i, i == index));
                break;
            }
        }

        return loads.ToImmutable();
    }

    /// <summary>Whether a walk or a share brings the entry of a name.</summary>
    public static bool Brings(CounterexampleEvent load, string name) =>
        load.Action.EndsWith($"caches a {name}", StringComparison.Ordinal)
        || load.Action.Contains($"uses the {name} that", StringComparison.Ordinal);

    private static bool IsHeld(CounterexampleEvent happened, int cpu, string name) =>
        happened.Lanes.Any(l => l.Cpu == cpu && l.Tlb.Contains(name));
}
