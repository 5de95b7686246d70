using System.Collections.Immutable;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Coordination.Runs;

/// <summary>What a run has found so far.</summary>
/// <param name="Watchers">
/// The CPUs that could walk the map when they last answered; the others gain nothing from a window.
/// </param>
public sealed record RunFindings(ImmutableSortedSet<int> Watchers)
{
    public ImmutableArray<Violation> Violations { get; init; } = [];

    /// <summary>CPUs that have lost their memory meanwhile.</summary>
    public ImmutableSortedSet<int> Reborn { get; init; } = [];

    /// <summary>The same with what CPUs have answered.</summary>
    public RunFindings With(ImmutableArray<CpuFacts> answers)
    {
        var watchers = Watchers.ToBuilder();
        var (violations, reborn) = (Violations, Reborn);
        foreach (var answer in answers)
        {
            // An answer that an earlier epoch had already comes again.
            foreach (var found in answer.Violations)
            {
                if (!violations.Any(known => IsSame(known, found)))
                    violations = violations.Add(found);
            }

            if (answer.IsReborn)
                reborn = reborn.Add(answer.Cpu);
            if (answer.IsStale)
                continue;
            if (answer.SeesMap)
                watchers.Add(answer.Cpu);
            else
                watchers.Remove(answer.Cpu);
        }

        return this with { Watchers = watchers.ToImmutable(), Violations = violations, Reborn = reborn };
    }

    /// <summary>The same with a property that does not hold, once for each CPU named.</summary>
    /// <param name="cpus">The CPUs concerned; empty where the machine is.</param>
    public RunFindings With(Property property, ImmutableArray<int> cpus, string message) => this with
    {
        Violations = cpus.IsEmpty
            ? Violations.Add(new(property, null, null, message, [property.Sentence]))
            : [.. Violations, .. cpus.Select(cpu =>
                new Violation(property, cpu, null, $"CPU {cpu} {message}", [property.Sentence]))],
    };

    private static bool IsSame(Violation a, Violation b) =>
        (a.Property, a.Cpu, a.Message) == (b.Property, b.Cpu, b.Message);
}
