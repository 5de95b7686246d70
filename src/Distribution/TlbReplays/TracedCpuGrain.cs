using Orleans.Mmu.Costs.TlbMisses;

namespace Orleans.Mmu.Distribution.TlbReplays;

/// <summary>Owns a counter and tells repeats from what is new.</summary>
[GrainType("tracedcpu")]
public sealed class TracedCpuGrain : Grain, ITracedCpuGrain
{
    private MissCounter? _counter;
    private long _heard;

    public Task<string?> Begin(TracedCpuSetup setup, CancellationToken cancellationToken)
    {
        try
        {
            // Other grains of the silo count on the other processors.
            _counter ??= setup.ToCounter(workers: 1);
            return Task.FromResult<string?>(null);
        }
        catch (ArgumentException e)
        {
            return Task.FromResult<string?>(e.Message);
        }
    }

    public Task<bool> Hear(TraceBatch batch, CancellationToken cancellationToken)
    {
        if (_counter is null || batch.Ordinal > _heard + 1)
            return Task.FromResult(false);
        if (batch.Ordinal == _heard + 1)
        {
            _counter.Hear(batch.ToEvents());
            _heard++;
        }

        return Task.FromResult(true);
    }

    public Task<TracedCpuCounts?> GetCounts(long batches, CancellationToken cancellationToken) => Task.FromResult(
        _counter is null || _heard != batches ? null
            : new TracedCpuCounts(_counter.Counts));

    public Task Forget(CancellationToken cancellationToken)
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }
}
