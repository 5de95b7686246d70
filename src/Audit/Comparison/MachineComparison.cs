using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Audit.Leaves;
using Orleans.Mmu.Linux.Changes;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Audit.Comparison;

/// <summary>One difference between the linear map of a dump and the one that a machine's kernel makes.</summary>
/// <param name="Expected">The leaf that the kernel makes, in words; "nothing" where it maps nothing.</param>
/// <param name="Found">The leaf of the dump, in words.</param>
/// <param name="Explanation">
/// A rule under which these addresses do not differ; null if none that was tried does.
/// </param>
public sealed record MapDifference(
    VirtualAddress Start, VirtualAddress End, string Expected, string Found, string? Explanation);

/// <summary>How the linear map of a dump differs from the one that a machine's kernel makes.</summary>
/// <param name="Machine">The machine's name.</param>
/// <param name="Changes">Permission changes at run time that the dump shows; they are no differences.</param>
/// <param name="Differences">What differs beside them.</param>
/// <param name="Explanation">
/// The rule under which no difference remains, in words that follow "the map is "; null if none of those that were
/// tried explains all differences, or there are none.
/// </param>
public sealed record MachineComparison(string Machine, IReadOnlyList<MapChange> Changes,
    IReadOnlyList<MapDifference> Differences, string? Explanation)
{
    // More differences are another machine: no rule is tried for each of them.
    private const int MostExplained = 10_000;

    /// <param name="found">The runs of the dump's linear map.</param>
    /// <param name="changes">Changes that are known to have happened after boot.</param>
    public static MachineComparison Of(IAuditedMap map, IReadOnlyList<LeafSequence> found, MachineDescription machine,
        IReadOnlyList<MapChange> changes, CancellationToken cancellationToken)
    {
        var trials = new MapTrials(map, found, changes, cancellationToken);
        var (observed, left) = trials.WithSplits(machine, trials.Of(machine));
        string?[] explanations = new string?[left.Count];
        string? all = left.Count is 0 or > MostExplained ? null : Explain(trials, machine, left, explanations);
        return new(machine.Name, observed,
            [.. left.Select((d, i) => new MapDifference(d.Start, d.End,
                LeafKind.Text(d.Expected, map.Geometry, d.Start, map.Types),
                LeafKind.Text(d.Found, map.Geometry, d.Start, map.Types), all ?? explanations[i]))], all);
    }

    // The first rule that explains everything; until then, each difference keeps the first that explains it.
    private static string? Explain(
        MapTrials trials, MachineDescription machine, List<LeafDifference> left, string?[] explanations)
    {
        foreach (var (explanation, other) in AlternativeMachine.Of(machine))
        {
            var remaining = trials.Of(other).Left;
            if (remaining.Count == 0)
                return explanation;
            for (int i = 0, at = 0; i < left.Count; i++)
            {
                while (at < remaining.Count && remaining[at].End <= left[i].Start)
                    at++;
                if (at == remaining.Count || remaining[at].Start >= left[i].End)
                    explanations[i] ??= explanation;
            }
        }

        return null;
    }
}
