using System.Collections.Immutable;
using Orleans.Mmu.Interfaces.Clusters;
using Orleans.Mmu.Interfaces.Machines;

namespace Orleans.Mmu.Silo.Live;

/// <summary>The cluster's list of machines.</summary>
internal sealed class MachineList(IGrainFactory grains)
{
    private const int Most = 200;

    /// <summary>The newest machines, and how many there are beside them.</summary>
    public async Task<(ImmutableArray<MachineEntry> Newest, int More)> NewestAsync(CancellationToken cancellationToken)
    {
        var parts = await Task.WhenAll(MachineIndex.PartKeys.Select(
            part => grains.GetGrain<IMachineIndexGrain>(part).List(cancellationToken)));
        var all = MachineIndex.Newest(parts);
        return ([.. all.Take(Most)], Math.Max(0, all.Length - Most));
    }
}
