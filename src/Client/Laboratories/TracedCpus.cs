using System.Collections.Immutable;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Costs.TlbMisses;
using Orleans.Mmu.Distribution.TlbReplays;
using Orleans.Mmu.Interfaces.Calls;

namespace Orleans.Mmu.Client.Laboratories;

/// <summary>
/// Configurations spread over a cluster's CPU grains: those that share LRU stacks go to one grain. This process decodes
/// the trace, and every grain receives the same events.
/// </summary>
internal sealed class TracedCpus
{
    private static readonly TimeSpan ForgetPatience = TimeSpan.FromSeconds(2);

    private readonly List<(ITracedCpuGrain Grain, int[] Configurations)> _cpus = [];
    private readonly IReadOnlyList<TlbConfiguration> _configurations;
    private readonly CancellationToken _cancellationToken;
    private long _batches;

    private TracedCpus(
        IGrainFactory grains, IReadOnlyList<TlbConfiguration> configurations, CancellationToken cancellationToken)
    {
        (_configurations, _cancellationToken) = (configurations, cancellationToken);
        string replay = Guid.NewGuid().ToString("N");
        foreach (int[] share in MissCounter.Shares(configurations))
            _cpus.Add((grains.GetGrain<ITracedCpuGrain>($"{replay}/{_cpus.Count}"), share));
    }

    /// <summary>Replays a trace on a cluster.</summary>
    /// <exception cref="TryAgainException">A silo was lost during the replay.</exception>
    /// <exception cref="UsageException">A silo refuses the configurations.</exception>
    public static async Task<TlbSimulationResult> ReplayAsync(
        IGrainFactory grains, MemoryTraceSource trace, IReadOnlyList<TlbConfiguration> configurations,
        TlbSimulationOptions options, IProgress<long> progress, CancellationToken cancellationToken)
    {
        var cpus = new TracedCpus(grains, configurations, cancellationToken);
        var shape = IntakeShape.Of(configurations);
        try
        {
            await cpus.BeginAsync(shape);
            var taken = TlbSimulation.TakeIn(trace, shape, options, cpus.HearAsync, progress, cancellationToken);
            return new(trace.Name, taken, await cpus.CountAsync());
        }
        finally
        {
            await cpus.ForgetAsync();
        }
    }

    private async Task BeginAsync(IntakeShape shape)
    {
        string?[] refusals = await Task.WhenAll(_cpus.Select(cpu => RepeatAsync(() =>
            cpu.Grain.Begin(
                new TracedCpuSetup(shape, [.. cpu.Configurations.Select(i => _configurations[i])]),
                _cancellationToken))));
        if (refusals.FirstOrDefault(r => r is not null) is { } refusal)
            throw new UsageException(refusal);
    }

    private async Task HearAsync(ReadOnlyMemory<ulong> events)
    {
        // Copied, because the array is refilled while messages are still in flight.
        var batch = TraceBatch.Of(++_batches, events.Span);
        bool[] heard = await Task.WhenAll(
            _cpus.Select(cpu => RepeatAsync(() => cpu.Grain.Hear(batch, _cancellationToken))));
        if (!heard.All(h => h))
            throw Lost();
    }

    private async Task<ImmutableArray<MissCounts>> CountAsync()
    {
        var counts = new MissCounts[_configurations.Count];
        foreach (var (grain, configurations) in _cpus)
        {
            var answer = await RepeatAsync(() => grain.GetCounts(_batches, _cancellationToken)) ?? throw Lost();
            for (int i = 0; i < configurations.Length; i++)
                counts[configurations[i]] = answer.Counts[i];
        }

        return [.. counts];
    }

    // A grain that is not reached drops its counts once it has been idle for long; the result is good without it.
    private async Task ForgetAsync()
    {
        using var limit = new CancellationTokenSource(ForgetPatience);
        await Task.WhenAll(_cpus.Select(cpu => cpu.Grain.Forget(limit.Token))).WaitAsync(limit.Token)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    // Repeats are safe: grains recognise them by their ordinal.
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
        new("a silo was lost while it counted, and its counts with it (run the command again)", why);
}
