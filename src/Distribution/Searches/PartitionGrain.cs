using System.Collections.Immutable;
using System.Globalization;
using Orleans.Mmu.Exploration.Partitions;
using Orleans.Mmu.Exploration.Search;
using Orleans.Mmu.Interfaces.Admission;
using Orleans.Mmu.Interfaces.Calls;
using Orleans.Placement;

namespace Orleans.Mmu.Distribution.Searches;

/// <summary>
/// Owns a partition and carries the states that it finds to the others. A step that fails midway drops the partition,
/// because a partition that is known in part would give wrong counts. An activation that gets no call for some minutes
/// ends. Its memory is a share of the silo's that grows with it: where the silo has no more to give, the partition is
/// full, and the exploration ends undecided with the counts that it has.
/// </summary>
[GrainType("partition"), ActivationCountBasedPlacement, Immovable, CollectionAgeLimit(Minutes = HeldStates.MinutesIdle)]
public sealed class PartitionGrain(ISiloMemory memory) : Grain, IPartitionGrain
{
    private string _exploration = "";
    private int _number = -1;
    private IPartition? _partition;
    private IMemoryShare? _share;
    private PartitionCounts? _last;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        string key = this.GetPrimaryKeyString();
        int slash = key.LastIndexOf('/');
        _exploration = key[..Math.Max(slash, 0)];
        _number = int.TryParse(key.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number : -1;
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _share?.Dispose();
        return Task.CompletedTask;
    }

    public async Task<string?> Begin(PartitionSetup setup, CancellationToken cancellationToken)
    {
        if (_partition is not null)
            return null;
        try
        {
            var partition = setup.ToPartition(_number);
            _share ??= memory.Open();
            if (await _share.ResizeAsync(partition.MostBytes) is { } refusal)
                return $"{setup.System.Name}: {refusal}";
            _partition = partition;
            return null;
        }
        catch (ArgumentException e)
        {
            return e.Message;
        }
    }

    public async Task<PartitionCounts?> Step(PartitionOrder order, CancellationToken cancellationToken)
    {
        if (_last is { } last && last.Ordinal == order.Ordinal)
            return last;
        if (_partition is not { } partition || _share is not { } share)
            return null;
        await AllowAsync(partition, share);
        if (partition.Step(order, cancellationToken) is not { } pieces)
            return null;
        bool done = false;
        try
        {
            foreach (int _ in pieces)
            {
                await Task.Yield();
                await AllowAsync(partition, share);
            }

            var parcels = partition.TakeParcels();
            bool[] delivered = await Task.WhenAll(Others.Where(i => parcels[i].Length > 0)
                .Select(i => DeliverAsync(i, new(order.Ordinal, _number, parcels[i]), cancellationToken)));
            done = delivered.All(d => d);
        }
        finally
        {
            if (!done)
                Lose();
        }

        return _last = done ? partition.Counts : null;
    }

    public Task<bool> Deliver(ParcelMessage parcel, CancellationToken cancellationToken) =>
        Task.FromResult(_partition?.Receive(parcel.Ordinal, parcel.From, parcel.Bytes) ?? false);

    public async Task<JudgedLayer?> Judge(JudgeOrder order, CancellationToken cancellationToken)
    {
        if (_partition is not { } partition
            || partition.Judge(order) is not { } questions)
            return null;
        bool[] learned = await Task.WhenAll(Others.Where(i => questions[i].Length > 0)
            .Select(i => AskAsync(partition, i, new(order.Steps, questions[i]), cancellationToken)));
        var judged = partition.Judged;
        return learned.All(l => l) ? judged : null;
    }

    public Task<ImmutableArray<byte>> AreEnding(EndingQuestion question, CancellationToken cancellationToken) =>
        Task.FromResult(_partition?.Answer(question.Steps, question.States) is { } answer ? [.. answer]
            : ImmutableArray<byte>.Empty);

    public Task<StoredState?> GetState(long steps, int index, CancellationToken cancellationToken) =>
        Task.FromResult(_partition?.State(steps, index));

    public Task Forget(CancellationToken cancellationToken)
    {
        Lose();
        return Task.CompletedTask;
    }

    // Asks for as much as the next piece may need. Where the silo refuses, the partition has what it was given before.
    private static async ValueTask AllowAsync(IPartition partition, IMemoryShare share)
    {
        await share.ResizeAsync(partition.MostBytes);
        partition.Allow(share.Bytes);
    }

    private IEnumerable<int> Others => Enumerable.Range(0, Explorer.Partitions).Where(i => i != _number);

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

    private async Task<bool> AskAsync(
        IPartition partition, int other, EndingQuestion question, CancellationToken cancellationToken)
    {
        try
        {
            var answer =
                await RetryPolicy.ForHeldStates.AskAsync(() => Other(other).AreEnding(question, cancellationToken));
            if (answer.IsDefaultOrEmpty)
                return false;
            partition.Learn(other, [.. answer]);
            return true;
        }
        catch (Exception e) when (CallFailures.HasUnknownOutcome(e))
        {
            return false;
        }
    }

    private IPartitionGrain Other(int number) =>
        GrainFactory.GetGrain<IPartitionGrain>(string.Create(CultureInfo.InvariantCulture, $"{_exploration}/{number}"));

    private void Lose()
    {
        _partition = null;
        _last = null;
        _share?.Dispose();
        _share = null;
        DeactivateOnIdle();
    }
}
