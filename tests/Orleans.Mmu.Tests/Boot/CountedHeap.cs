using Orleans.Mmu.Grains.Admission;

namespace Orleans.Mmu.Tests.Boot;

/// <summary>A heap whose objects a test keeps and drops; as in a process, only a collection notices a drop.</summary>
/// <param name="available">Bytes that the process may have.</param>
internal sealed class CountedHeap(long available) : IProcessHeap
{
    private long _dropped;

    public long Used { get; private set; }

    public long Available => available;

    public int Collections { get; private set; }

    /// <summary>Ends the collections; null if each ends at once.</summary>
    public TaskCompletionSource? Ends { get; init; }

    public void Keep(long bytes) => Used += bytes;

    public void Drop(long bytes) => _dropped += bytes;

    public int Trims { get; private set; }

    public void Trim() => Trims++;

    public async Task CollectAsync()
    {
        Collections++;
        if (Ends is { } ends)
            await ends.Task;
        (Used, _dropped) = (Used - _dropped, 0);
    }
}
