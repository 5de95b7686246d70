using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Audit.Leaves;
using Orleans.Mmu.Linux.Changes;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Audit.Comparison;

/// <summary>One difference between the linear map of a dump and the one that a machine's kernel makes.</summary>
/// <param name="Expected">The leaf that the kernel makes, in words; "nothing" where it maps nothing.</param>
/// <param name="Found">The leaf of the dump, in words.</param>
public sealed record MapDifference(VirtualAddress Start, VirtualAddress End, string Expected, string Found);

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
    /// <param name="found">The runs of the dump's linear map.</param>
    /// <param name="changes">Changes that are known to have happened after boot.</param>
    public static MachineComparison Of(IAuditedMap map, IReadOnlyList<LeafSequence> found, MachineDescription machine,
        IReadOnlyList<MapChange> changes, CancellationToken cancellationToken)
    {
        var trial = new Trial(map, found, changes, cancellationToken);
        var own = trial.Of(machine, splits: false);
        if (own.Left.Count == 0)
            return new(machine.Name, own.Observed, [], null);
        var split = trial.Of(machine, splits: true);
        string? explanation = null;
        if (split.Left.Count > 0)
        {
            // A rule that explains all is better than changes that explain some.
            explanation = AlternativeMachine.Of(machine)
                .FirstOrDefault(a => trial.Of(a.Machine, splits: false).Left.Count == 0)?.Explanation;
        }

        var best = split.Left.Count < own.Left.Count ? split : own;
        return new(machine.Name, best.Observed,
            [.. best.Left.Select(d => new MapDifference(d.Start, d.End,
                LeafKind.Text(d.Expected, map.Geometry, d.Start, map.Types),
                LeafKind.Text(d.Found, map.Geometry, d.Start, map.Types)))], explanation);
    }

    private sealed class Trial(IAuditedMap map, IReadOnlyList<LeafSequence> found, IReadOnlyList<MapChange> known,
        CancellationToken cancellationToken)
    {
        private TranslationGeometry Geometry => map.Geometry;

        /// <summary>The changes that explain most, and the differences that remain.</summary>
        public (List<MapChange> Observed, List<LeafDifference> Left) Of(MachineDescription machine, bool splits)
        {
            try
            {
                return Observe(machine, splits);
            }
            catch (KernelPanicException)
            {
                // A kernel that cannot boot makes no map: everything differs.
                return ([], Against([]));
            }
        }

        private (List<MapChange>, List<LeafDifference>) Observe(MachineDescription machine, bool splits)
        {
            var left = Against(ExpectedMap.Leaves(machine, known, cancellationToken));
            if (left.Count == 0 || ObservedChanges.OfPermissions(Geometry, left) is not { } observed)
                return ([], left);
            if (observed.Count > 0)
                left = Against(ExpectedMap.Leaves(machine, [.. known, .. observed], cancellationToken));
            if (!splits || left.Count == 0
                || ObservedChanges.OfSplits(Geometry, left, found) is not { Count: > 0 } more)
                return (observed, left);
            var all = more.Concat(observed).ToList();
            return (all, Against(ExpectedMap.Leaves(machine, [.. known, .. all], cancellationToken)));
        }

        private List<LeafDifference> Against(List<LeafSequence> expected) => LeafDifference.Between(
            Geometry, LinearMapLayout.EndOf(Geometry), expected, found, map.HasOutputAddresses);
    }
}
