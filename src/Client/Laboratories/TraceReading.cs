using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Costs.TlbMisses;
using Orleans.Mmu.Distribution.TlbReplays;
using Orleans.Mmu.Interfaces.Calls;

namespace Orleans.Mmu.Client.Laboratories;

/// <summary>
/// One reading of a trace by CPU grains. Every reading has grains of its own, so a message of an earlier reading
/// reaches no grain of a later one. A grain that does not answer, or that does not know the batches before, is lost
/// for this reading.
/// </summary>
/// <param name="shares">For each grain, the indexes of its configurations.</param>
internal sealed class TraceReading(
    ILaboratory laboratory, IntakeShape shape, IReadOnlyList<TlbConfiguration> configurations,
    IReadOnlyList<int[]> shares, CancellationToken cancellationToken)
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(500);

    // A lost silo is known to be dead after some seconds; until then grains may be placed on it.
    private static readonly TimeSpan BeginLimit = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan ForgetLimit = TimeSpan.FromSeconds(2);

    private readonly string _key = Guid.NewGuid().ToString("N");
    private readonly bool[] _isLost = new bool[shares.Count];
    private long _batches;

    /// <summary>Hands the grains their configurations.</summary>
    /// <exception cref="UsageException">A silo refuses them.</exception>
    public async Task BeginAsync()
    {
        string?[] refusals = await Task.WhenAll(shares.Select((_, i) => BeginAsync(i)));
        if (refusals.FirstOrDefault(r => r is not null) is { } refusal)
            throw new UsageException(refusal);
    }

    /// <summary>Sends a batch to every grain that is not lost.</summary>
    /// <exception cref="AllLostException">Every grain is lost.</exception>
    public async Task HearAsync(ReadOnlyMemory<ulong> events)
    {
        // Copied, because the array is refilled while messages are still in flight.
        var batch = TraceBatch.Of(++_batches, events.Span);
        await Task.WhenAll(Living.Select(async i =>
        {
            if (!await AskAsync(i, g => g.Hear(batch, cancellationToken)))
                _isLost[i] = true;
        }));
        if (!Living.Any())
            throw new AllLostException();
    }

    /// <summary>Takes the counts of every grain that has heard the whole trace.</summary>
    /// <returns>The shares of the grains that have not.</returns>
    public async Task<List<int[]>> CountAsync(MissCounts?[] counts)
    {
        foreach (int i in Living.ToList())
        {
            if (await AskAsync(i, g => g.GetCounts(_batches, cancellationToken)) is { } answer)
            {
                for (int j = 0; j < shares[i].Length; j++)
                    counts[shares[i][j]] = answer.Counts[j];
            }
            else
            {
                _isLost[i] = true;
            }
        }

        return [.. shares.Where((_, i) => _isLost[i])];
    }

    /// <summary>
    /// Lets the grains go, however the reading ended. A grain that is not reached drops its counts once it has been
    /// idle for long.
    /// </summary>
    public async Task ForgetAsync()
    {
        using var limit = new CancellationTokenSource(ForgetLimit);
        await Task.WhenAll(shares.Select((_, i) => Grain(i).Forget(limit.Token))).WaitAsync(limit.Token)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    private IEnumerable<int> Living => Enumerable.Range(0, shares.Count).Where(i => !_isLost[i]);

    // The laboratory may have connected to another gateway since the last call.
    private ITracedCpuGrain Grain(int index) => laboratory.Grains.GetGrain<ITracedCpuGrain>($"{_key}/{index}");

    private async Task<string?> BeginAsync(int index)
    {
        var setup = new TracedCpuSetup(shape, [.. shares[index].Select(i => configurations[i])]);
        var wait = new NowhereWait(FirstWait, LongestWait, BeginLimit, TimeProvider.System);
        while (true)
        {
            try
            {
                return await RetryPolicy.ForShortCalls.AskAsync(() => Grain(index).Begin(setup, cancellationToken));
            }
            catch (Exception e) when (CallFailures.HasUnknownOutcome(e))
            {
                if (wait.IsOver)
                {
                    _isLost[index] = true;
                    return null;
                }
            }

            cancellationToken.ThrowIfCancellationRequested();
            await laboratory.RecoverAsync(cancellationToken);
            await wait.Next();
        }
    }

    // Repeats are safe: grains recognize them by their ordinal.
    private async Task<T?> AskAsync<T>(int index, Func<ITracedCpuGrain, Task<T>> call)
    {
        try
        {
            return await HeldCall.ForAsync(
                () => call(Grain(index)), () => Grain(index).Holds(cancellationToken), TimeProvider.System,
                cancellationToken);
        }
        catch (Exception e) when (CallFailures.HasUnknownOutcome(e))
        {
            return default;
        }
    }
}

/// <summary>Every grain of a reading is lost, so the reading need not go on.</summary>
internal sealed class AllLostException() : Exception("every CPU grain is lost");
