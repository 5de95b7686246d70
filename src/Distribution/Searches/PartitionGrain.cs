using System.Collections.Immutable;
using System.Globalization;
using Orleans.Mmu.Exploration.Partitions;
using Orleans.Mmu.Interfaces.Calls;
using Orleans.Placement;

namespace Orleans.Mmu.Distribution.Searches;

/// <summary>
/// Holds a partition and carries the states that it finds to the others. It is built anew, and not moved, when its silo
/// stops. An activation that gets no call for some minutes ends.
/// </summary>
[GrainType("partition"), ActivationCountBasedPlacement, Immovable, CollectionAgeLimit(Minutes = MinutesAlone)]
public sealed class PartitionGrain : Grain, IPartitionGrain
{
    private const int MinutesAlone = 5;

    private string _exploration = "";
    private int _number = -1;
    private HeldPartition _held = null!;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        string key = this.GetPrimaryKeyString();
        int slash = key.LastIndexOf('/');
        _exploration = key[..Math.Max(slash, 0)];
        _number = int.TryParse(key.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number : -1;
        _held = new(_number, DeliverAsync, AskAsync);
        return Task.CompletedTask;
    }

    public Task<string?> Begin(PartitionSetup setup, CancellationToken cancellationToken)
    {
        try
        {
            return Task.FromResult(_held.Begin(setup.Epoch, () => setup.ToPartition(_number))
                ? null : string.Create(CultureInfo.InvariantCulture, $"epoch {setup.Epoch} of the search is over"));
        }
        catch (ArgumentException e)
        {
            return Task.FromResult<string?>(e.Message);
        }
    }

    public Task<long> Join(long epoch, long steps, CancellationToken cancellationToken) =>
        Task.FromResult(_held.Join(epoch, steps));

    public Task<PartitionCounts?> Step(PartitionOrder order, CancellationToken cancellationToken) =>
        _held.StepAsync(order, cancellationToken);

    public Task<bool> Resend(PartitionOrder order, CancellationToken cancellationToken) =>
        _held.ResendAsync(order, cancellationToken);

    public Task<bool> Deliver(ParcelMessage parcel, CancellationToken cancellationToken) =>
        Task.FromResult(_held.Deliver(parcel));

    public Task<JudgedLayer?> Judge(JudgeOrder order, CancellationToken cancellationToken) =>
        _held.JudgeAsync(order, cancellationToken);

    public Task<ImmutableArray<byte>> AreEnding(EndingQuestion question, CancellationToken cancellationToken) =>
        Task.FromResult(_held.AreEnding(question));

    public Task<StoredState?> GetState(long steps, int index, CancellationToken cancellationToken) =>
        Task.FromResult(_held.State(steps, index));

    public Task Forget(CancellationToken cancellationToken)
    {
        _held.Drop();
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    private async Task<bool> DeliverAsync(int to, ParcelMessage parcel, CancellationToken cancellationToken)
    {
        try
        {
            return await RetryPolicy.ForHeldStates.AskAsync(() => Other(to).Deliver(parcel, cancellationToken));
        }
        catch (Exception e) when (CallFailures.HasUnknownOutcome(e))
        {
            return false;
        }
    }

    private async Task<ImmutableArray<byte>> AskAsync(
        int other, EndingQuestion question, CancellationToken cancellationToken)
    {
        try
        {
            return await RetryPolicy.ForHeldStates.AskAsync(() => Other(other).AreEnding(question, cancellationToken));
        }
        catch (Exception e) when (CallFailures.HasUnknownOutcome(e))
        {
            return [];
        }
    }

    private IPartitionGrain Other(int number) =>
        GrainFactory.GetGrain<IPartitionGrain>(string.Create(CultureInfo.InvariantCulture, $"{_exploration}/{number}"));
}
