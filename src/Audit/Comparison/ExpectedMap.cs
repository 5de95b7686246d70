using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Linux.Boot;
using Orleans.Mmu.Linux.Changes;
using Orleans.Mmu.Linux.Machines;
using Orleans.Mmu.Linux.Maps;
using Orleans.Mmu.Linux.RunningKernel;

namespace Orleans.Mmu.Audit.Comparison;

/// <summary>The linear map that a machine's kernel makes.</summary>
internal static class ExpectedMap
{
    /// <summary>The leaves after boot and the given changes.</summary>
    /// <exception cref="Linux.LinearMap.KernelPanicException">Memory for tables ran out.</exception>
    public static List<LeafSequence> Leaves(
        MachineDescription machine, IReadOnlyList<MapChange> changes, CancellationToken cancellationToken)
    {
        var boot = LinearMapBoot.Of(machine);
        var tables = boot.Final;
        if (changes.Count > 0)
            tables = ChangedMap.Apply(KernelContext.AfterBoot(machine, boot.Painter), tables, changes,
                (_, _) => { }, cancellationToken);
        return [.. new KernelMap(tables, boot.Painter.Swapper, MapRange.Linear).Leaves()];
    }
}
