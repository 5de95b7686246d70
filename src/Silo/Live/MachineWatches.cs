namespace Orleans.Mmu.Silo.Live;

/// <summary>The machines that pages show at the moment, with one observer each.</summary>
internal sealed class MachineWatches(MachineSights sights, TimeProvider time, ILogger<MachineWatches> logger)
{
    /// <summary>Pages that may be open at once; each is a connection.</summary>
    public const int MostWatchers = 256;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, MachineWatch> _watches = new(StringComparer.Ordinal);
    private int _watchers;

    /// <summary>How many machines are looked at.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _watches.Count;
        }
    }

    /// <summary>Enters a page; null where too many are open.</summary>
    public Watcher? TryEnter(string key)
    {
        lock (_gate)
        {
            if (_watchers == MostWatchers)
                return null;
            _watchers++;
            if (!_watches.TryGetValue(key, out var watch))
            {
                watch = _watches[key] = new(token => sights.OfAsync(key, token), time);
                _ = LogFailureAsync(key, watch);
            }

            var watcher = new Watcher(gone => Leave(key, watch, gone));
            watch.Add(watcher);
            return watcher;
        }
    }

    private void Leave(string key, MachineWatch watch, Watcher watcher)
    {
        lock (_gate)
        {
            _watchers--;
            if (!watch.Remove(watcher))
                return;
            _watches.Remove(key);
            watch.Dispose();
        }
    }

    private async Task LogFailureAsync(string key, MachineWatch watch)
    {
        try
        {
            await watch.Ended;
        }
        catch (Exception e)
        {
            logger.WatchFailed(key, e);
        }
    }
}
