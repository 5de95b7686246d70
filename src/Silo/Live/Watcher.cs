using System.Threading.Channels;

namespace Orleans.Mmu.Silo.Live;

/// <summary>
/// An open page. It has place for one fragment: a page that is slow to read gets the newest one, and no other page
/// waits for it.
/// </summary>
/// <param name="leave">Called once, when the page is closed.</param>
internal sealed class Watcher(Action<Watcher> leave) : IDisposable
{
    private readonly Channel<LiveFragment> _fragments = Channel.CreateBounded<LiveFragment>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
    private int _hasLeft;

    /// <summary>The fragments; they end with the machine's last one, or where looking at the machine failed.</summary>
    public ChannelReader<LiveFragment> Fragments => _fragments.Reader;

    public void Give(LiveFragment fragment) => _fragments.Writer.TryWrite(fragment);

    public void End() => _fragments.Writer.TryComplete();

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _hasLeft, 1) == 0)
            leave(this);
    }
}
