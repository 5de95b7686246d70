using System.Collections.Immutable;
using System.Globalization;
using Orleans.Mmu.Exploration.Partitions;
using Orleans.Mmu.Exploration.Search;
using Orleans.Mmu.Interfaces.Calls;
using Orleans.Placement;

namespace Orleans.Mmu.Distribution.Searches;

/// <summary>
/// Owns a partition and carries what it finds to the others. Whatever goes wrong in the middle loses the partition: it
/// would
/// rather not be known any more than be known in part. It forgets by itself when nobody asks for some minutes.
/// </summary>
[ActivationCountBasedPlacement, Immovable, CollectionAgeLimit(Minutes = MinutesAlone)]
public sealed class PartitionGrain : Grain, IPartitionGrain
{
    private const int MinutesAlone = 5;

    private string _exploration = "";
    private int _number = -1;
    private IPartition? _partition;
    private PartitionAnswer? _last;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        string key = this.GetPrimaryKeyString();
        int slash = key.LastIndexOf('/');
        _exploration = key[..Math.Max(slash, 0)];
        _number = int.TryParse(key.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number : -1;
        return Task.CompletedTask;
    }

    public Task<string?> Begin(PartitionSetup setup, CancellationToken cancellationToken)
    {
        try
        {
            _partition ??= setup.ToPartition(_number);
            return Task.FromResult<string?>(null);
        }
        catch (ArgumentException e)
        {
            return Task.FromResult<string?>(e.Message);
        }
    }

    public async Task<PartitionAnswer?> Step(PartitionStep step, CancellationToken cancellationToken)
    {
        if (_last is { } last && last.Ordinal == step.Ordinal)
            return last;
        if (_partition is not { } partition || partition.Step(step.ToOrder(), cancellationToken) is not { } pieces)
            return null;
        bool done = false;
        try
        {
            foreach (int _ in pieces)
                await Task.Yield();
            var parcels = partition.TakeParcels();
            bool[] delivered = await Task.WhenAll(Others.Where(i => parcels[i].Length > 0)
                .Select(i => DeliverAsync(i, new(step.Ordinal, _number, parcels[i]), cancellationToken)));
            done = delivered.All(d => d);
        }
        finally
        {
            if (!done)
                Lose();
        }

        return _last = done ? PartitionAnswer.Of(partition.Counts) : null;
    }

    public Task<bool> Deliver(ParcelMessage parcel, CancellationToken cancellationToken) =>
        Task.FromResult(_partition?.Receive(parcel.Ordinal, parcel.From, parcel.Bytes) ?? false);

    public async Task<JudgeAnswer?> Judge(JudgeRequest request, CancellationToken cancellationToken)
    {
        if (_partition is not { } partition
            || partition.Judge(new(request.Steps, request.Layer, request.From)) is not { } questions)
            return null;
        bool[] learned = await Task.WhenAll(Others.Where(i => questions[i].Length > 0)
            .Select(i => AskAsync(partition, i, new(request.Steps, questions[i]), cancellationToken)));
        var judged = partition.Judged;
        return learned.All(l => l) ? new(judged.Next, judged.Ended, judged.FirstOpen, judged.Depth) : null;
    }

    public Task<ImmutableArray<byte>> AreEnding(EndingQuestion question, CancellationToken cancellationToken) =>
        Task.FromResult(_partition?.Answer(question.Steps, question.States) is { } answer ? [.. answer]
            : ImmutableArray<byte>.Empty);

    public Task<StateAnswer?> GetState(long steps, int index, CancellationToken cancellationToken) =>
        Task.FromResult(
            _partition?.State(steps, index) is { } state ? new StateAnswer(state.Bytes, state.Origin) : null);

    public Task Forget(CancellationToken cancellationToken)
    {
        Lose();
        return Task.CompletedTask;
    }

    private IEnumerable<int> Others => Enumerable.Range(0, Explorer.Partitions).Where(i => i != _number);

    private async Task<bool> DeliverAsync(int to, ParcelMessage parcel, CancellationToken cancellationToken)
    {
        try
        {
            return await RetryPolicy.ForHeldStates.AskAsync(() => Other(to).Deliver(parcel, cancellationToken));
        }
        catch (Exception e) when (UnknownOutcome.Is(e))
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
        catch (Exception e) when (UnknownOutcome.Is(e))
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
        DeactivateOnIdle();
    }
}
