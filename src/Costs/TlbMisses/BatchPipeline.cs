namespace Orleans.Mmu.Costs.TlbMisses;

/// <summary>Lets somebody hear of a batch while the next one is being decoded: two arrays, one on each side.</summary>
internal sealed class BatchPipeline(Func<ReadOnlyMemory<ulong>, Task> hear)
{
    private Task _busy = Task.CompletedTask;
    private ulong[] _free = new ulong[TraceIntake.BatchLength];

    /// <summary>Begins with a batch once the one before is done.</summary>
    /// <returns>An array that nobody uses any more.</returns>
    public ulong[] Take(ulong[] events, int count)
    {
        Finish();
        ulong[] free = _free;
        _free = events;
        _busy = hear(events.AsMemory(0, count));
        return free;
    }

    /// <summary>Waits for the batch that is being heard of.</summary>
    public void Finish() => _busy.GetAwaiter().GetResult();
}
