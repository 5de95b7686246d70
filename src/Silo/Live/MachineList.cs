using Orleans.Mmu.Distribution.Searches;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Interfaces.Clusters;
using Orleans.Mmu.Viewer.Live;

namespace Orleans.Mmu.Silo.Live;

/// <summary>The cluster's list of machines, and the explorations that this silo takes part in.</summary>
internal sealed class MachineList(IGrainFactory grains, HeldSearches searches)
{
    private const int Most = 200;

    /// <summary>The time between two looks at the list, which asks every part of it.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The newest machines, how many there are beside them, and the explorations. No CPU and no partition is called.
    /// </summary>
    public async Task<MachineListSight> NewestAsync(CancellationToken cancellationToken)
    {
        var parts = await Task.WhenAll(MachineIndex.PartKeys.Select(
            part => grains.GetGrain<IMachineIndexGrain>(part).List(cancellationToken)));
        var all = MachineIndex.Newest(parts);
        return new([.. all.Take(Most)], Math.Max(0, all.Length - Most))
        {
            Explorations = [.. searches.Newest().Select(Entry)],
        };
    }

    private static ExplorationEntry Entry(HeldSearch search) => new(
        OneLine.Of(search.System), search.Cpus, search.Began, search.Partitions, search.States, Words(search));

    // The verdict is the leader's: the command's that explores.
    private static string Words(HeldSearch search) => (search switch
    {
        { IsViolated: true } => "a violation was found",
        { IsFull: true } => "not decided: memory is full",
        _ => "no violation found",
    }) + search.State switch
    {
        SearchState.Expanding => " so far",
        SearchState.Expanded => ", every state here expanded",
        SearchState.Over => "; over",
        _ => throw new ArgumentOutOfRangeException(nameof(search), search.State, "no such state"),
    };
}
