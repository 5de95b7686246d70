using System.Collections.Immutable;
using Orleans.Mmu.Exploration.Partitions;

namespace Orleans.Mmu.Distribution.Searches;

/// <summary>
/// A partition as one activation holds it. It takes part in one epoch and knows no message of another. A step that
/// fails midway drops the partition, because a partition that is known in part would give wrong counts; a step whose
/// parcels do not arrive keeps them until they do.
/// </summary>
/// <param name="number">The partition's.</param>
/// <param name="deliver">Brings a partition a parcel; false if it refuses or does not answer.</param>
/// <param name="ask">Asks a partition about endings; empty if it does not know the states or does not answer.</param>
/// <param name="allow">Tells a partition how much memory it has for its next piece.</param>
internal sealed class HeldPartition(
    int number, Func<int, ParcelMessage, CancellationToken, Task<bool>> deliver,
    Func<int, EndingQuestion, CancellationToken, Task<ImmutableArray<byte>>> ask, Func<IPartition, ValueTask> allow)
{
    private long _epoch;
    private IPartition? _partition;
    private UndeliveredParcels? _found;
    private UndeliveredParcels? _foundAgain;

    /// <summary>Creates the partition in an epoch; states of an older epoch go. A repeat changes nothing.</summary>
    /// <returns>False if the epoch is over.</returns>
    public bool Begin(long epoch, Func<IPartition> create)
    {
        if (epoch < _epoch)
            return false;
        if (_partition is null || epoch > _epoch)
            (_partition, _epoch, _found, _foundAgain) = (create(), epoch, null, null);
        return true;
    }

    /// <inheritdoc cref="IPartitionGrain.Join"/>
    public long Join(long epoch, long steps)
    {
        if (epoch > _epoch)
        {
            if (_partition?.HasPerformed(steps) != true)
                Drop();
            (_epoch, _foundAgain) = (epoch, null);
        }

        return KnownIn(epoch)?.Counts.Ordinal ?? -1;
    }

    /// <inheritdoc cref="IPartitionGrain.Step"/>
    public async Task<PartitionCounts?> StepAsync(PartitionOrder order, CancellationToken cancellationToken)
    {
        if (KnownIn(order.Epoch) is not { } partition)
            return null;
        if (partition.Counts.Ordinal != order.Ordinal)
        {
            await allow(partition);
            if (partition.Step(order, cancellationToken) is not { } pieces)
                return null;
            await PerformAsync(partition, pieces);
            _found = new(order, partition.TakeParcels(), number);
        }

        return await IsDeliveredAsync(_found, cancellationToken) ? partition.Counts : null;
    }

    /// <inheritdoc cref="IPartitionGrain.Resend"/>
    public async Task<bool> ResendAsync(PartitionOrder order, CancellationToken cancellationToken)
    {
        if (KnownIn(order.Epoch) is not { } partition)
            return false;
        if (_foundAgain?.Ordinal != order.Ordinal)
        {
            if (partition.Resend(order, cancellationToken) is not { } pieces)
                return false;
            await PerformAsync(partition, pieces);
            _foundAgain = new(order, partition.TakeParcels(), number);
        }

        return await IsDeliveredAsync(_foundAgain, cancellationToken);
    }

    /// <inheritdoc cref="IPartitionGrain.Deliver"/>
    public bool Deliver(ParcelMessage parcel) =>
        KnownIn(parcel.Epoch)?.Receive(parcel.Ordinal, parcel.From, parcel.Bytes) ?? false;

    /// <inheritdoc cref="IPartitionGrain.Judge"/>
    public async Task<JudgedLayer?> JudgeAsync(JudgeOrder order, CancellationToken cancellationToken)
    {
        if (KnownIn(order.Epoch) is not { } partition || partition.Judge(order) is not { } questions)
            return null;
        bool[] learned = await Task.WhenAll(Enumerable.Range(0, questions.Count)
            .Where(i => i != number && questions[i].Length > 0)
            .Select(async i =>
            {
                var answer = await ask(i, new(order.Steps, questions[i], order.Epoch), cancellationToken);
                if (answer.IsDefaultOrEmpty)
                    return false;
                partition.Learn(i, [.. answer]);
                return true;
            }));
        var judged = partition.Judged;
        return learned.All(l => l) ? judged : null;
    }

    /// <inheritdoc cref="IPartitionGrain.AreEnding"/>
    public ImmutableArray<byte> AreEnding(EndingQuestion question) =>
        KnownIn(question.Epoch)?.Answer(question.Steps, question.States) is { } answer ? [.. answer] : [];

    /// <inheritdoc cref="IPartitionGrain.Holds"/>
    public bool Holds => _partition is not null;

    /// <inheritdoc cref="IPartitionGrain.GetState"/>
    public StoredState? State(long steps, int index) => _partition?.State(steps, index);

    /// <summary>Lets the states go.</summary>
    public void Drop() => (_partition, _found, _foundAgain) = (null, null, null);

    private IPartition? KnownIn(long epoch) => epoch == _epoch ? _partition : null;

    private async Task PerformAsync(IPartition partition, IEnumerable<int> pieces)
    {
        bool done = false;
        try
        {
            // Other messages are answered between the pieces.
            foreach (int _ in pieces)
            {
                await Task.Yield();
                await allow(partition);
            }

            done = true;
        }
        finally
        {
            if (!done)
                Drop();
        }
    }

    private async Task<bool> IsDeliveredAsync(UndeliveredParcels? parcels, CancellationToken cancellationToken) =>
        parcels is null
        || await parcels.DeliverAsync(_epoch, (to, parcel) => deliver(to, parcel, cancellationToken));
}
