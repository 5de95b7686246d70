using System.Globalization;
using System.Runtime.InteropServices;
using Orleans.Mmu.Checking.Places;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Distribution.Searches;
using Orleans.Mmu.Exploration.Partitions;
using Orleans.Mmu.Exploration.Search;
using Orleans.Mmu.Interfaces.Calls;

namespace Orleans.Mmu.Client.Laboratories;

/// <summary>Explores with the states in partitions on a cluster's grains; this process leads the steps.</summary>
internal sealed class ClusterStateHost(IGrainFactory grains) : IStateHost
{
    private static readonly TimeSpan ForgetPatience = TimeSpan.FromSeconds(2);

    /// <exception cref="TryAgainException">A silo was lost during the exploration.</exception>
    /// <exception cref="UsageException">A silo refuses the system.</exception>
    public async Task<Exploration<TState>> ExploreAsync<TState, TSystem>(
        ExploredSystem name, TSystem system, ExplorerOptions options, CancellationToken cancellationToken)
        where TState : unmanaged, IEquatable<TState>
        where TSystem : ITransitionSystem<TState>
    {
        string exploration = Guid.NewGuid().ToString("N");
        ClusterPartition[] partitions =
        [
            .. Enumerable.Range(0, Explorer.Partitions)
                .Select(i =>
                    new ClusterPartition(
                        grains.GetGrain<IPartitionGrain>(
                            string.Create(CultureInfo.InvariantCulture, $"{exploration}/{i}")), cancellationToken)),
        ];
        var initial = options.Symmetry ? system.Canonical(system.Initial) : system.Initial;
        var setup = new PartitionSetup(
            name, options.Symmetry, PartitionShape.BatchesFor(options.MemoryLimit), options.MemoryLimit,
            MemoryMarshal.AsBytes(new ReadOnlySpan<TState>(in initial)).ToArray());
        try
        {
            var silos = await SilosAsync();
            for (int i = 0; i < partitions.Length; i++)
                await partitions[i].BeginAsync(setup, silos.Count > 0 ? silos[i % silos.Count] : null);
            return await new PartitionedSearch<TState, TSystem>(system, options, partitions, cancellationToken)
                .RunAsync();
        }
        finally
        {
            await ForgetAsync(partitions);
        }
    }

    // Partitions are spread evenly over silos, since the slowest silo delays all others.
    private async Task<List<SiloAddress>> SilosAsync()
    {
        try
        {
            var silos = await RetryPolicy.ForHeldStates.AskAsync(
                () => grains.GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true));
            return [.. silos.Keys.OrderBy(s => s.ToString(), StringComparer.Ordinal)];
        }
        catch (Exception e) when (CallFailures.HasUnknownOutcome(e))
        {
            return [];
        }
    }

    // A lost partition holds no states any more; one that is not reached drops its states after some minutes without a
    // call.
    private static async Task ForgetAsync(ClusterPartition[] partitions)
    {
        using var limit = new CancellationTokenSource(ForgetPatience);
        await Task.WhenAll(partitions.Select(p => p.ForgetAsync(limit.Token))).WaitAsync(limit.Token)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }
}
