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
/// <param name="Explanations">
/// The rules under which no difference remains, the likeliest first; empty if none of those that were tried explains
/// all differences, or there are none.
/// </param>
public sealed record MachineComparison(string Machine, IReadOnlyList<MapChange> Changes,
    IReadOnlyList<MapDifference> Differences, IReadOnlyList<MapExplanation> Explanations)
{
    private const int MostExplained = 10_000;

    // A trial looks at every run of the dump: of a map in pieces, fewer rules are tried.
    private const int MostLookedAt = 8_000_000;

    /// <summary>Whether rules were tried; a map with too many differences or changes is another machine's.</summary>
    public bool WasTried => Differences.Count <= MostExplained && Changes.Count <= MostExplained;

    /// <param name="found">The runs of the dump's linear map.</param>
    /// <param name="changes">Changes that are known to have happened after boot.</param>
    public static MachineComparison Of(IAuditedMap map, IReadOnlyList<LeafSequence> found, MachineDescription machine,
        IReadOnlyList<MapChange> changes, CancellationToken cancellationToken)
    {
        var trials = new MapTrials(map, found, changes, cancellationToken);
        var (observed, left) = trials.WithSplits(machine, trials.Of(machine));
        string?[] reasons = new string?[left.Count];
        List<MapExplanation> all = [];
        if (left.Count is > 0 and <= MostExplained && observed.Count <= MostExplained)
        {
            var assumed = new AssumedFields(map.Geometry, found, map.HasOutputAddresses);
            int most = MostLookedAt / (found.Count + 1);
            var explaining = Likeliest(
                Explaining(trials, AlternativeMachine.InOne(machine, assumed).Take(most), left, reasons));
            if (explaining.Count == 0)
                explaining = [.. Explaining(
                    trials, AlternativeMachine.InTwo(machine, assumed).Take(most), left, reasons).Take(1)];
            else if (explaining.TrueForAll(e => e.Rule.ChangesCpus))
                // The CPUs are what one knows best of a machine.
                explaining = Likeliest(explaining.Concat(Explaining(trials,
                    AlternativeMachine.InTwo(machine, assumed).Where(a => !a.ChangesCpus).Take(most), left, reasons)
                    .Take(1)));
            all = [.. explaining.Select(e => new MapExplanation(e.Rule.Explanation, e.Rule.Edits))];
            if (explaining.Count > 0)
            {
                observed = explaining[0].Beside;
                Array.Fill(reasons, all[0].Rule);
            }
        }

        return new(machine.Name, observed, new DifferencesInWords(left, reasons, map.Geometry, map.Types), all);
    }

    // The rules that need the fewest changes that were taken back, without those that contain another one.
    private static List<(AlternativeMachine Rule, IReadOnlyList<MapChange> Beside)> Likeliest(
        IEnumerable<(AlternativeMachine Rule, IReadOnlyList<MapChange> Beside)> explaining)
    {
        var all = explaining.ToList();
        long fewest = all.Count == 0 ? 0 : all.Min(e => ObservedChanges.TakenBack(e.Beside));
        all.RemoveAll(e => ObservedChanges.TakenBack(e.Beside) > fewest);
        return [.. all.Where(e => !all.Exists(other => e.Rule.Contains(other.Rule)))];
    }

    // The rules that explain everything, each with the changes beside it. Each difference keeps the first rule that
    // explains it.
    private static IEnumerable<(AlternativeMachine Rule, IReadOnlyList<MapChange> Beside)> Explaining(MapTrials trials,
        IEnumerable<AlternativeMachine> alternatives, List<LeafDifference> left, string?[] reasons)
    {
        foreach (var other in alternatives)
        {
            var (observed, remaining) = trials.OfAlternative(other.Machine, MostExplained);
            if (remaining.Count == 0)
                yield return (other, observed);
            for (int i = 0, at = 0; i < left.Count; i++)
            {
                while (at < remaining.Count && remaining[at].End <= left[i].Start)
                    at++;
                if (at == remaining.Count || remaining[at].Start >= left[i].End)
                    reasons[i] ??= other.Explanation;
            }
        }
    }
}
