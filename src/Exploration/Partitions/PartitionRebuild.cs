using System.Collections.Immutable;

namespace Orleans.Mmu.Exploration.Partitions;

/// <summary>
/// Builds lost partitions anew. A partition after a step follows from what all partitions sent it in the steps before,
/// and what a partition sent follows from its own states. So the steps are performed again, from the first, by the lost
/// partitions alone, while every other partition finds once more what it had found for them. Only the bytes that each
/// step sent are kept for this, to tell that every parcel has arrived and is the same.
/// </summary>
/// <remarks>
/// Every attempt is an epoch of its own. A partition that is lost during an attempt ends it, and the next attempt
/// builds that partition anew as well.
/// </remarks>
/// <param name="reconnect">Finds another way to the partitions if none of them answers.</param>
internal sealed class PartitionRebuild(
    IReadOnlyList<IRemotePartition> partitions, Func<CancellationToken, Task> reconnect,
    CancellationToken cancellationToken)
{
    // Attempts in a row between which no step of the search was performed.
    private const int MaxAttempts = 32;

    // No partition has performed so few steps: one that is asked for them lets its states go.
    private const long NoSteps = -2;

    private readonly List<PerformedStep> _steps = [];
    // Partitions that an attempt began anew and that may lack parcels, since the attempt has failed.
    private readonly HashSet<int> _unfinished = [];
    private PartitionCounts[] _counts = [.. partitions.Select(_ => PartitionCounts.None)];
    private int _attempts;

    /// <summary>The epoch of all messages.</summary>
    public long Epoch { get; private set; }

    /// <summary>The counts after the last step that all partitions have performed.</summary>
    public IReadOnlyList<PartitionCounts> Counts => _counts;

    /// <summary>The number of steps that all partitions have performed.</summary>
    public long Steps => _steps.Count;

    /// <summary>The order of a step for a partition.</summary>
    public PartitionOrder Order(long ordinal, bool opens, int partition, int receivers) =>
        new(ordinal, opens,
            ordinal == 1 ? PartitionCounts.None.Sent : [.. _steps[(int)ordinal - 2].Sent.Select(s => s[partition])],
            Epoch, receivers);

    /// <summary>Notes a step that all partitions have performed.</summary>
    public void Add(bool opens, PartitionCounts[] counts)
    {
        _counts = counts;
        _steps.Add(new(opens, [.. counts.Select(c => c.Sent)]));
        _attempts = 0;
    }

    /// <summary>Returns once every partition knows all steps, in a new epoch.</summary>
    /// <param name="nextOpens">
    /// Whether the next step opens a layer, which some partitions may have performed already; null if there is none.
    /// </param>
    /// <param name="why">The failure that led here.</param>
    /// <exception cref="PartitionLostException">Too many attempts have failed.</exception>
    /// <exception cref="RebuildException">A partition that was built anew differs.</exception>
    public async Task RestoreAsync(bool? nextOpens, PartitionLostException why)
    {
        for (bool isDone = false; !isDone;)
        {
            if (++_attempts > MaxAttempts)
                throw new PartitionLostException(why.Message, why);
            try
            {
                isDone = await TryAsync(nextOpens);
            }
            catch (PartitionLostException e)
            {
                why = e;
            }
        }
    }

    private async Task<bool> TryAsync(bool? nextOpens)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Epoch++;
        long?[] last = await Task.WhenAll(
            partitions.Select((p, i) => p.JoinAsync(Epoch, _unfinished.Contains(i) ? NoSteps : Steps)));
        if (last.All(l => l is null))
        {
            await reconnect(cancellationToken);
            return false;
        }

        int[] lost = [.. Enumerable.Range(0, last.Length).Where(i => last[i] is null or < 0)];
        int[] living = [.. Enumerable.Range(0, last.Length).Except(lost)];
        _unfinished.UnionWith(lost);
        foreach (int i in lost)
            await partitions[i].BeginAsync(Epoch);
        int receivers = lost.Sum(i => 1 << i);
        for (int i = 0; i < _steps.Count && lost.Length > 0; i++)
            await RepeatAsync(i, lost, living, receivers);
        // What a partition that is one step ahead of the others sent to the lost ones is lost, too.
        if (nextOpens is { } opens && lost.Length > 0)
            await PartitionCalls.AllAsync(living.Where(i => last[i] == Steps + 1)
                .Select(i => partitions[i].ResendAsync(Order(Steps + 1, opens, i, receivers))));
        _unfinished.Clear();
        return true;
    }

    private async Task RepeatAsync(int step, int[] lost, int[] living, int receivers)
    {
        cancellationToken.ThrowIfCancellationRequested();
        bool opens = _steps[step].Opens;
        Task<PartitionCounts>[] performed =
            [.. lost.Select(i => partitions[i].StepAsync(Order(step + 1, opens, i, receivers)))];
        await PartitionCalls.AllAsync(
            [.. performed, .. living.Select(i => partitions[i].ResendAsync(Order(step + 1, opens, i, receivers)))]);
        bool isLast = step == _steps.Count - 1;
        foreach (var (i, call) in lost.Zip(performed))
        {
            var counts = await call;
            if (counts.IsFull && !(isLast && _counts[i].IsFull))
                throw new RebuildException(
                    "the silos that are left have too little memory for the states of a lost silo");
            if (!counts.Sent.SequenceEqual(_steps[step].Sent[i]) || (isLast && !counts.HasSameStates(_counts[i])))
                throw new RebuildException("a silo finds other states than the silo that was lost (are they of one "
                    + "version?)");
        }
    }

    private readonly record struct PerformedStep(bool Opens, ImmutableArray<int>[] Sent);
}
