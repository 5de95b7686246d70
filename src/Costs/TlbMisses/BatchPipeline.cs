namespace Orleans.Mmu.Costs.TlbMisses;

/// <summary>Passes a batch to a consumer while the next one is decoded, with one array on each side.</summary>
internal sealed class BatchPipeline(Func<ReadOnlyMemory<ulong>, Task> hear)
{
    private Task _busy = Task.CompletedTask;
    private ulong[] _free = new ulong[MemoryTraceIntake.BatchLength];

    /// <summary>Waits for the batch before and starts the next one.</summary>
    /// <returns>An array that the consumer no longer uses.</returns>
    public ulong[] Take(ulong[] events, int count)
    {
        Finish();
        ulong[] free = _free;
        _free = events;
        _busy = hear(events.AsMemory(0, count));
        return free;
    }

    /// <summary>Waits until the consumer has finished its batch.</summary>
    public void Finish() => _busy.GetAwaiter().GetResult();
}
