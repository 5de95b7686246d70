using Orleans.Mmu.Costs.TlbMisses;
using Orleans.Mmu.Interfaces.Admission;
using Orleans.Mmu.Interfaces.Calls;

namespace Orleans.Mmu.Distribution.TlbReplays;

/// <summary>
/// Owns a counter and tells repeats from what is new. Its memory is a share of the silo's that grows with each CPU of
/// the trace; a replay that the silo has no memory for is refused.
/// </summary>
[GrainType("tracedcpu"), CollectionAgeLimit(Minutes = HeldStates.MinutesIdle)]
public sealed class TracedCpuGrain(ISiloMemory memory) : Grain, ITracedCpuGrain
{
    private MissCounter? _counter;
    private IMemoryShare? _share;
    private long _heard;

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Lose();
        return Task.CompletedTask;
    }

    public async Task<string?> Begin(TracedCpuSetup setup, CancellationToken cancellationToken)
    {
        if (_counter is not null)
            return null;
        try
        {
            // Other grains of the silo count on the other processors.
            var counter = setup.ToCounter(workers: 1);
            _share ??= memory.Open();
            // A trace has at least one CPU.
            if (await _share.ResizeAsync(counter.BytesPerCpu) is { } refusal)
                return Refused(refusal);
            _counter = counter;
            return null;
        }
        catch (ArgumentException e)
        {
            return e.Message;
        }
    }

    public async Task<bool> Hear(TraceBatch batch, CancellationToken cancellationToken)
    {
        if (_counter is not { } counter || _share is not { } share || batch.Ordinal > _heard + 1)
            return false;
        if (batch.Ordinal <= _heard)
            return true;
        ulong[] events = batch.ToEvents();
        long need = counter.MostBytes(events);
        if (need > share.Bytes && await share.ResizeAsync(need) is { } refusal)
        {
            Lose();
            DeactivateOnIdle();
            throw new RefusedException(Refused(refusal));
        }

        counter.Hear(events);
        _heard++;
        return true;
    }

    public Task<bool> Holds(CancellationToken cancellationToken) => Task.FromResult(_counter is not null);

    public Task<TracedCpuCounts?> GetCounts(long batches, CancellationToken cancellationToken) => Task.FromResult(
        _counter is null || _heard != batches ? null
            : new TracedCpuCounts(_counter.Counts));

    public Task Forget(CancellationToken cancellationToken)
    {
        Lose();
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    private static string Refused(string why) => $"the silo refuses the replay: {why}";

    private void Lose()
    {
        _counter = null;
        _share?.Dispose();
        _share = null;
    }
}
