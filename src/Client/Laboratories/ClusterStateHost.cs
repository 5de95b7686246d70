using System.Globalization;
using System.Runtime.InteropServices;
using Orleans.Mmu.Checking.Places;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Distribution.Searches;
using Orleans.Mmu.Exploration.Partitions;
using Orleans.Mmu.Exploration.Search;

namespace Orleans.Mmu.Client.Laboratories;

/// <summary>
/// Explores with the states in partitions on a cluster's grains; this process leads the steps. The exploration outlives
/// silos, as long as one of the gateways answers.
/// </summary>
internal sealed class ClusterStateHost(ILaboratory laboratory) : IStateHost
{
    private static readonly TimeSpan ForgetPatience = TimeSpan.FromSeconds(2);

    /// <exception cref="TryAgainException">
    /// No gateway answers, or silos are lost faster than their states are explored again, or have too little memory.
    /// </exception>
    /// <exception cref="UsageException">A silo refuses the system.</exception>
    public async Task<Exploration<TState>> ExploreAsync<TState, TSystem>(
        ExploredSystem name, TSystem system, ExplorerOptions options, CancellationToken cancellationToken)
        where TState : unmanaged, IEquatable<TState>
        where TSystem : ITransitionSystem<TState>
    {
        string exploration = Guid.NewGuid().ToString("N");
        var initial = options.Symmetry ? system.Canonical(system.Initial) : system.Initial;
        var setup = new PartitionSetup(
            name, options.Symmetry, PartitionShape.BatchesFor(options.MemoryLimit), options.MemoryLimit,
            MemoryMarshal.AsBytes(new ReadOnlySpan<TState>(in initial)).ToArray());
        var places = new PartitionPlaces(laboratory);
        ClusterPartition[] partitions =
        [
            .. Enumerable.Range(0, Explorer.Partitions).Select(i => new ClusterPartition(
                laboratory, string.Create(CultureInfo.InvariantCulture, $"{exploration}/{i}"), i, setup, places,
                cancellationToken)),
        ];
        try
        {
            return await new PartitionedSearch<TState, TSystem>(
                system, options, partitions, laboratory.ReconnectAsync, cancellationToken).RunAsync();
        }
        catch (Exception e) when (e is PartitionLostException or RebuildException)
        {
            throw new TryAgainException(e.Message, e);
        }
        finally
        {
            await ForgetAsync(partitions);
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
