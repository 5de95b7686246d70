using Orleans.Mmu.Interfaces.Clusters;
using Orleans.Mmu.Viewer.Live;

namespace Orleans.Mmu.Silo.Live;

/// <summary>The cluster's lists of machines and of explorations.</summary>
internal sealed class MachineList(IGrainFactory grains)
{
    private const int Most = 200;

    /// <summary>The time between two looks at the list, which asks every part of it.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The newest machines, how many there are beside them, and the explorations. No CPU and no partition is called.
    /// </summary>
    public async Task<MachineListSight> NewestAsync(CancellationToken cancellationToken)
    {
        var explorations = grains.GetGrain<IExplorationListGrain>(IExplorationListGrain.OnlyKey)
            .List(cancellationToken);
        var parts = await Task.WhenAll(MachineIndex.PartKeys.Select(
            part => grains.GetGrain<IMachineIndexGrain>(part).List(cancellationToken)));
        var all = MachineIndex.Newest(parts);
        return new([.. all.Take(Most)], Math.Max(0, all.Length - Most))
        {
            Explorations = ExplorationRows.Of(await explorations),
        };
    }
}
