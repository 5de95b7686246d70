using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Distribution.Searches;
using Orleans.Mmu.Exploration.Partitions;
using Orleans.Mmu.Interfaces.Calls;
using Orleans.Runtime.Placement;

namespace Orleans.Mmu.Client.Laboratories;

/// <summary>
/// A partition on a grain. A call with an unknown outcome is repeated; then the partition counts as lost, and the
/// leader of the exploration decides what follows.
/// </summary>
/// <param name="key">The grain's.</param>
internal sealed class ClusterPartition(
    ILaboratory laboratory, string key, int number, PartitionSetup setup, PartitionPlaces places,
    CancellationToken cancellationToken) : IRemotePartition
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(500);

    // A lost silo is known to be dead after some seconds, and only then the grain can be elsewhere.
    private static readonly TimeSpan BeginLimit = TimeSpan.FromSeconds(20);

    // The laboratory may have connected to another gateway since the last call.
    private IPartitionGrain Grain => laboratory.Grains.GetGrain<IPartitionGrain>(key);

    /// <exception cref="UsageException">The silo refuses the system.</exception>
    /// <exception cref="TryAgainException">The gateway in use was lost, and no other one answers.</exception>
    public async Task BeginAsync(long epoch)
    {
        var wait = new NowhereWait(FirstWait, LongestWait, BeginLimit, TimeProvider.System);
        while (true)
        {
            try
            {
                string? refusal = await BeginAsync(epoch, await places.ForAsync(number));
                if (refusal is not null)
                    throw new UsageException(refusal);
                return;
            }
            catch (Exception e) when (CallFailures.HasUnknownOutcome(e))
            {
                if (wait.IsOver)
                    throw Lost(e);
            }

            places.Forget();
            cancellationToken.ThrowIfCancellationRequested();
            await laboratory.RecoverAsync(cancellationToken);
            await wait.Next();
        }
    }

    public async Task<long?> JoinAsync(long epoch, long steps)
    {
        try
        {
            return await HeldCall.ForAsync<long>(() => Grain.Join(epoch, steps, cancellationToken),
                () => Grain.Holds(cancellationToken), TimeProvider.System, cancellationToken);
        }
        catch (Exception e) when (CallFailures.HasUnknownOutcome(e))
        {
            return null;
        }
    }

    public async Task<PartitionCounts> StepAsync(PartitionOrder order) =>
        await RepeatAsync(() => Grain.Step(order, cancellationToken)) ?? throw Lost();

    public async Task ResendAsync(PartitionOrder order)
    {
        if (!await RepeatAsync(() => Grain.Resend(order, cancellationToken)))
            throw Lost();
    }

    public async Task<JudgedLayer> JudgeAsync(JudgeOrder order) =>
        await RepeatAsync(() => Grain.Judge(order, cancellationToken)) ?? throw Lost();

    public async Task<StoredState> StateAsync(long steps, int index) =>
        await RepeatAsync(() => Grain.GetState(steps, index, cancellationToken)) ?? throw Lost();

    public Task ForgetAsync(CancellationToken patience) => Grain.Forget(patience);

    private async Task<string?> BeginAsync(long epoch, SiloAddress? silo)
    {
        // A placement hint for this call only: the request context ends with this method.
        if (silo is not null)
            RequestContext.Set(IPlacementDirector.PlacementHintKey, silo);
        return await RetryPolicy.ForShortCalls.AskAsync(
            () => Grain.Begin(setup with { Epoch = epoch }, cancellationToken));
    }

    // Repeats are safe: grains recognize them by their ordinal, or the call is idempotent.
    private async Task<T> RepeatAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await HeldCall.ForAsync(
                call, () => Grain.Holds(cancellationToken), TimeProvider.System, cancellationToken);
        }
        catch (Exception e) when (CallFailures.HasUnknownOutcome(e))
        {
            throw Lost(e);
        }
    }

    private static PartitionLostException Lost(Exception? why = null) =>
        new("silos are lost faster than their states are explored again (run the command again)", why);
}
