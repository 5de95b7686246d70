using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Audit.Leaves;
using Orleans.Mmu.Linux.Changes;
using Orleans.Mmu.Linux.Layout;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Audit.Comparison;

/// <summary>Holds the maps that machines make against one map that was found.</summary>
/// <param name="known">Changes that are known to have happened after boot.</param>
internal sealed class MapTrials(IAuditedMap map, IReadOnlyList<LeafSequence> found, IReadOnlyList<MapChange> known,
    CancellationToken cancellationToken)
{
    /// <summary>The changes at run time that explain most, and the differences that remain.</summary>
    /// <param name="mostCalls">More calls than these explain nothing.</param>
    public (IReadOnlyList<MapChange> Observed, List<LeafDifference> Left) Of(
        MachineDescription machine, int mostCalls = int.MaxValue)
    {
        try
        {
            return Observe(machine, mostCalls);
        }
        catch (KernelPanicException)
        {
            // A kernel that cannot boot makes no map: everything differs.
            return ([], Against([]));
        }
    }

    /// <summary>
    /// As above, where changes that were taken back explain smaller leaves, too; the trial itself where they do not.
    /// </summary>
    /// <param name="trial">What <see cref="Of"/> returned for the machine.</param>
    public (IReadOnlyList<MapChange> Observed, List<LeafDifference> Left) WithSplits(
        MachineDescription machine, (IReadOnlyList<MapChange> Observed, List<LeafDifference> Left) trial)
    {
        if (ObservedChanges.OfSplits(map.Geometry, trial.Left, found) is not { Count: > 0 } more)
            return trial;
        try
        {
            var all = more.Concat(trial.Observed).ToList();
            var left = Against(ExpectedMap.Leaves(machine, [.. known, .. all], cancellationToken));
            return left.Count < trial.Left.Count ? (all, left) : trial;
        }
        catch (KernelPanicException)
        {
            return trial;
        }
    }

    /// <summary>
    /// The trial of a machine that may explain everything: where only smaller leaves remain, changes that were taken
    /// back explain them as they do for the machine itself.
    /// </summary>
    /// <inheritdoc cref="Of"/>
    public (IReadOnlyList<MapChange> Observed, List<LeafDifference> Left) OfAlternative(
        MachineDescription machine, int mostCalls)
    {
        var trial = Of(machine, mostCalls);
        return trial.Left.Count > 0 && trial.Left.TrueForAll(ObservedChanges.IsSplit) ? WithSplits(machine, trial)
            : trial;
    }

    private (IReadOnlyList<MapChange>, List<LeafDifference>) Observe(MachineDescription machine, int mostCalls)
    {
        var left = Against(ExpectedMap.Leaves(machine, known, cancellationToken));
        if (left.Count == 0
            || ObservedChanges.OfPermissions(map.Geometry, machine, left) is not { } observed
            || observed.Count > mostCalls)
            return ([], left);
        if (observed.Count > 0)
            left = Against(ExpectedMap.Leaves(machine, [.. known, .. observed], cancellationToken));
        return (observed, left);
    }

    private List<LeafDifference> Against(List<LeafSequence> expected) => LeafDifference.Between(
        map.Geometry, LinearMapLayout.EndOf(map.Geometry), expected, found, map.HasOutputAddresses);
}
