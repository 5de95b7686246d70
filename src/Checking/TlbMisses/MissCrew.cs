namespace Orleans.Mmu.Checking;

/// <summary>Lets groups hear of batches on other threads, while the next batch is being decoded. Each group is in the hands of one thread at a time.</summary>
internal sealed class MissCrew(MissGroup[] groups, int workers) : IDisposable
{
    private readonly ParallelOptions _options = new() { MaxDegreeOfParallelism = workers > 0 ? workers : Environment.ProcessorCount };
    private Task _busy = Task.CompletedTask;
    private ulong[] _free = new ulong[TraceIntake.BatchLength];

    /// <summary>Begins with a batch once the one before is done.</summary>
    /// <returns>An array that nobody uses any more.</returns>
    public ulong[] Take(ulong[] events, int count)
    {
        Finish();
        ulong[] free = _free;
        _free = events;
        _busy = groups.Length == 1
            ? Task.Run(() => groups[0].Take(events.AsSpan(0, count)))
            : Task.Run(() => Parallel.ForEach(groups, _options, group => group.Take(events.AsSpan(0, count))));
        return free;
    }

    /// <summary>Waits for the batch that is being heard of.</summary>
    public void Finish() => _busy.GetAwaiter().GetResult();

    public void Dispose()
    {
        // Nobody must count on arrays that another replay has been given; what went wrong was told by Finish().
        ((IAsyncResult)_busy).AsyncWaitHandle.WaitOne();
    }
}
