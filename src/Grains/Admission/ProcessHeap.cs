namespace Orleans.Mmu.Grains.Admission;

/// <summary>The managed heap of this process.</summary>
internal sealed class ProcessHeap : IProcessHeap
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    // Free space between objects is part of the heap's size, but new objects can have it.
    public long Used
    {
        get
        {
            var now = GC.GetGCMemoryInfo();
            return now.HeapSizeBytes - now.FragmentedBytes;
        }
    }

    public long Available => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>
    /// Collects in the background: a collection that stops every thread would take seconds on a large heap, after which
    /// other silos would take this one for dead.
    /// </summary>
    public async Task CollectAsync()
    {
        long before = Collections;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: false);
        using var limit = new CancellationTokenSource(Patience);
        while (Collections == before && !limit.IsCancellationRequested)
            await Task.Delay(BetweenLooks);
    }

    public void Trim() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);

    // The number of the last collection of all generations that has ended.
    private static long Collections => Math.Max(
        GC.GetGCMemoryInfo(GCKind.Background).Index, GC.GetGCMemoryInfo(GCKind.FullBlocking).Index);
}
