using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Audit.Leaves;
using Orleans.Mmu.Linux.Changes;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Audit.Comparison;

/// <summary>How the linear map of a dump differs from the one that a machine's kernel makes.</summary>
/// <param name="Machine">The machine's name.</param>
/// <param name="Changes">
/// Permission changes at run time that the dump shows; they are no differences. Where a rule explains everything, those
/// that it leaves.
/// </param>
/// <param name="Differences">What differs beside them.</param>
/// <param name="Explanation">
/// The rule under which no difference remains, in words that follow "the map is "; null if none of those that were
/// tried explains all differences, or there are none.
/// </param>
/// <param name="Edits">What the machine file would say under that rule; empty without one.</param>
public sealed record MachineComparison(string Machine, IReadOnlyList<MapChange> Changes,
    IReadOnlyList<MapDifference> Differences, string? Explanation, IReadOnlyList<MachineEdit> Edits)
{
    // More differences, or more calls that made changes, are another machine: no rule is tried.
    private const int MostExplained = 10_000;

    // A trial looks at every run of the dump: of a map in pieces, fewer rules are tried.
    private const int MostLookedAt = 8_000_000;

    /// <param name="found">The runs of the dump's linear map.</param>
    /// <param name="changes">Changes that are known to have happened after boot.</param>
    public static MachineComparison Of(IAuditedMap map, IReadOnlyList<LeafSequence> found, MachineDescription machine,
        IReadOnlyList<MapChange> changes, CancellationToken cancellationToken)
    {
        var trials = new MapTrials(map, found, changes, cancellationToken);
        var (observed, left) = trials.WithSplits(machine, trials.Of(machine));
        string?[] explanations = new string?[left.Count];
        AlternativeMachine? all = null;
        if (left.Count is > 0 and <= MostExplained && observed.Count <= MostExplained)
        {
            var assumed = new AssumedFields(map.Geometry, found, map.HasOutputAddresses);
            var alternatives = AlternativeMachine.Of(machine, assumed).Take(MostLookedAt / (found.Count + 1));
            if (Explain(trials, alternatives, left, explanations) is (var other, var beside))
            {
                (all, observed) = (other, beside);
                Array.Fill(explanations, other.Explanation);
            }
        }

        return new(machine.Name, observed, new DifferencesInWords(left, explanations, map.Geometry, map.Types),
            all?.Explanation, all?.Edits ?? []);
    }

    // The first rule that explains everything, with the changes beside it; until then, each difference keeps the first
    // that explains it.
    private static (AlternativeMachine, IReadOnlyList<MapChange>)? Explain(MapTrials trials,
        IEnumerable<AlternativeMachine> alternatives, List<LeafDifference> left, string?[] explanations)
    {
        foreach (var other in alternatives)
        {
            var (observed, remaining) = trials.Of(other.Machine, MostExplained);
            if (remaining.Count == 0)
                return (other, observed);
            for (int i = 0, at = 0; i < left.Count; i++)
            {
                while (at < remaining.Count && remaining[at].End <= left[i].Start)
                    at++;
                if (at == remaining.Count || remaining[at].Start >= left[i].End)
                    explanations[i] ??= other.Explanation;
            }
        }

        return null;
    }
}
