using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Distribution.Searches;
using Orleans.Mmu.Exploration.Partitions;
using Orleans.Mmu.Interfaces.Calls;
using Orleans.Runtime.Placement;

namespace Orleans.Mmu.Client.Laboratories;

/// <summary>
/// A partition on a grain. A call with an unknown outcome is repeated; a partition that has lost its states ends the
/// exploration.
/// </summary>
internal sealed class ClusterPartition(IPartitionGrain grain, CancellationToken cancellationToken) : IRemotePartition
{
    /// <param name="silo">The silo to place it on; null for any.</param>
    /// <exception cref="UsageException">The silo refuses the system.</exception>
    public async Task BeginAsync(PartitionSetup setup, SiloAddress? silo)
    {
        // A placement hint for this call only: the request context ends with this method.
        if (silo is not null)
            RequestContext.Set(IPlacementDirector.PlacementHintKey, silo);
        if (await RepeatAsync(() => grain.Begin(setup, cancellationToken)) is { } refusal)
            throw new UsageException(refusal);
    }

    public async Task<PartitionCounts> StepAsync(PartitionOrder order) =>
        await RepeatAsync(() => grain.Step(order, cancellationToken)) ?? throw Lost();

    public async Task<JudgedLayer> JudgeAsync(JudgeOrder order) =>
        await RepeatAsync(() => grain.Judge(order, cancellationToken)) ?? throw Lost();

    public async Task<StoredState> StateAsync(long steps, int index) =>
        await RepeatAsync(() => grain.GetState(steps, index, cancellationToken)) ?? throw Lost();

    public Task ForgetAsync(CancellationToken patience) => grain.Forget(patience);

    // Repeats are safe: grains recognise them by their ordinal, or the call is idempotent.
    private static async Task<T> RepeatAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await RetryPolicy.ForHeldStates.AskAsync(call);
        }
        catch (Exception e) when (CallFailures.HasUnknownOutcome(e))
        {
            throw Lost(e);
        }
    }

    private static TryAgainException Lost(Exception? why = null) =>
        new("a silo was lost while states were explored, and its states with it (run the command again)", why);
}
