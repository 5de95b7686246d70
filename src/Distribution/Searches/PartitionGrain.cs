using System.Collections.Immutable;
using System.Globalization;
using Orleans.Mmu.Exploration.Partitions;
using Orleans.Mmu.Interfaces.Admission;
using Orleans.Mmu.Interfaces.Calls;
using Orleans.Placement;

namespace Orleans.Mmu.Distribution.Searches;

/// <summary>
/// Holds a partition and carries the states that it finds to the others. It is built anew, and not moved, when its silo
/// stops. An activation that gets no call for some minutes ends. Its memory is a share of the silo's that grows with
/// it: where the silo has no more to give, the partition is full, and the exploration ends undecided with the counts
/// that it has.
/// </summary>
[GrainType("partition"), ActivationCountBasedPlacement, Immovable, CollectionAgeLimit(Minutes = HeldStates.MinutesIdle)]
public sealed class PartitionGrain(ISiloMemory memory) : Grain, IPartitionGrain
{
    private string _exploration = "";
    private int _number = -1;
    private HeldPartition _held = null!;
    private IMemoryShare? _share;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        string key = this.GetPrimaryKeyString();
        int slash = key.LastIndexOf('/');
        _exploration = key[..Math.Max(slash, 0)];
        _number = int.TryParse(key.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number : -1;
        _held = new(_number, DeliverAsync, AskAsync, AllowAsync);
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _share?.Dispose();
        return Task.CompletedTask;
    }

    public async Task<string?> Begin(PartitionSetup setup, CancellationToken cancellationToken)
    {
        IPartition? created = null;
        try
        {
            if (!_held.Begin(setup.Epoch, () => created = setup.ToPartition(_number)))
                return string.Create(CultureInfo.InvariantCulture, $"epoch {setup.Epoch} of the search is over");
        }
        catch (ArgumentException e)
        {
            return e.Message;
        }

        if (created is null)
            return null;
        _share ??= memory.Open();
        if (await _share.ResizeAsync(created.MostBytes) is not { } refusal)
            return null;
        _held.Drop();
        return $"{setup.System.Name}: {refusal}";
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

    public Task<bool> Holds(CancellationToken cancellationToken) => Task.FromResult(_held.Holds);

    public Task<StoredState?> GetState(long steps, int index, CancellationToken cancellationToken) =>
        Task.FromResult(_held.State(steps, index));

    public Task Forget(CancellationToken cancellationToken)
    {
        _held.Drop();
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    // Asks for as much as the next piece may need. Where the silo refuses, the partition has what it was given before.
    private async ValueTask AllowAsync(IPartition partition)
    {
        if (_share is not { } share)
            return;
        await share.ResizeAsync(partition.MostBytes);
        partition.Allow(share.Bytes);
    }

    private async Task<bool> DeliverAsync(int to, ParcelMessage parcel, CancellationToken cancellationToken)
    {
        try
        {
            return await RetryPolicy.ForShortCalls.AskAsync(() => Other(to).Deliver(parcel, cancellationToken));
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
            return await RetryPolicy.ForShortCalls.AskAsync(() => Other(other).AreEnding(question, cancellationToken));
        }
        catch (Exception e) when (CallFailures.HasUnknownOutcome(e))
        {
            return [];
        }
    }

    private IPartitionGrain Other(int number) =>
        GrainFactory.GetGrain<IPartitionGrain>(string.Create(CultureInfo.InvariantCulture, $"{_exploration}/{number}"));
}
