using Orleans.Mmu.Viewer.Live;

namespace Orleans.Mmu.Silo.Live;

/// <summary>The addresses whose pages are open at the moment, with one observer each.</summary>
internal sealed class PageWatches(TimeProvider time, ILogger<PageWatches> logger)
{
    /// <summary>Pages that may be open at once; each is a connection.</summary>
    public const int MostWatchers = 256;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, PageWatch> _watches = new(StringComparer.Ordinal);
    private int _watchers;

    /// <summary>How many addresses have an observer.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _watches.Count;
        }
    }

    /// <summary>Enters a page; null where too many are open.</summary>
    /// <param name="address">What the page shows.</param>
    /// <param name="look">Looks once at what is at the address.</param>
    /// <param name="period">The time between two looks.</param>
    public Watcher? TryEnter(string address, Func<CancellationToken, Task<ILiveSight>> look, TimeSpan period)
    {
        lock (_gate)
        {
            if (_watchers == MostWatchers)
                return null;
            _watchers++;
            if (!_watches.TryGetValue(address, out var watch))
            {
                watch = _watches[address] = new(look, period, time);
                _ = LogFailureAsync(address, watch);
            }

            var watcher = new Watcher(gone => Leave(address, watch, gone));
            watch.Add(watcher);
            return watcher;
        }
    }

    private void Leave(string address, PageWatch watch, Watcher watcher)
    {
        lock (_gate)
        {
            _watchers--;
            if (!watch.Remove(watcher))
                return;
            _watches.Remove(address);
            watch.Dispose();
        }
    }

    private async Task LogFailureAsync(string address, PageWatch watch)
    {
        try
        {
            await watch.Ended;
        }
        catch (Exception e)
        {
            logger.WatchFailed(address, e);
        }
    }
}
