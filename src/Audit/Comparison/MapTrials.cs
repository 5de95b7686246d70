using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Audit.Leaves;
using Orleans.Mmu.Linux.Changes;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Audit.Comparison;

/// <summary>Holds the maps that machines make against one map that was found.</summary>
/// <param name="known">Changes that are known to have happened after boot.</param>
internal sealed class MapTrials(IAuditedMap map, IReadOnlyList<LeafSequence> found, IReadOnlyList<MapChange> known,
    CancellationToken cancellationToken)
{
    /// <summary>The changes at run time that explain most, and the differences that remain.</summary>
    /// <param name="splits">Whether changes that were taken back may explain smaller leaves.</param>
    public (IReadOnlyList<MapChange> Observed, List<LeafDifference> Left) Of(MachineDescription machine, bool splits)
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

    private (IReadOnlyList<MapChange>, List<LeafDifference>) Observe(MachineDescription machine, bool splits)
    {
        var left = Against(ExpectedMap.Leaves(machine, known, cancellationToken));
        if (left.Count == 0
            || ObservedChanges.OfPermissions(map.Geometry, machine.CommandLine.RodataFull, left) is not { } observed)
            return ([], left);
        if (observed.Count > 0)
            left = Against(ExpectedMap.Leaves(machine, [.. known, .. observed], cancellationToken));
        if (!splits || left.Count == 0
            || ObservedChanges.OfSplits(map.Geometry, left, found) is not { Count: > 0 } more)
            return (observed, left);
        var all = more.Concat(observed).ToList();
        return (all, Against(ExpectedMap.Leaves(machine, [.. known, .. all], cancellationToken)));
    }

    private List<LeafDifference> Against(List<LeafSequence> expected) => LeafDifference.Between(
        map.Geometry, LinearMapLayout.EndOf(map.Geometry), expected, found, map.HasOutputAddresses);
}
