namespace Orleans.Mmu.Grains.Admission;

/// <summary>
/// Brings the figure of the heap up to date. The figure is that of the last collection, and an idle process does not
/// collect: without this, a silo that was full once would stay full although its machines have left the memory.
/// </summary>
internal sealed class FreshHeap(IProcessHeap heap, TimeProvider time)
{
    /// <summary>The least time between two collections, because each costs processor time.</summary>
    public static readonly TimeSpan BetweenCollections = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private Task _collection = Task.CompletedTask;
    private long? _began;

    /// <summary>
    /// Collects, unless the last collection was a moment ago. Callers that come during a collection wait for the same
    /// one.
    /// </summary>
    public Task RefreshAsync()
    {
        lock (_lock)
        {
            if (!_collection.IsCompleted)
                return _collection;
            if (_began is { } began && time.GetElapsedTime(began) < BetweenCollections)
                return Task.CompletedTask;
            _began = time.GetTimestamp();
            return _collection = heap.CollectAsync();
        }
    }
}
