using Orleans.Mmu.Interfaces.Calls;
using Orleans.Mmu.Viewer.Live;

namespace Orleans.Mmu.Silo.Live;

/// <summary>
/// The one observer for all open pages of one address: it looks at what they show from time to time, renders what it
/// sees if that has changed, and gives it to every page.
/// </summary>
internal sealed class PageWatch : IDisposable
{
    /// <summary>The time between two looks at a machine that boots.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromMilliseconds(250);

    private readonly Lock _gate = new();
    private readonly HashSet<Watcher> _watchers = [];
    private readonly CancellationTokenSource _left = new();
    private readonly Func<CancellationToken, Task<ILiveSight>> _look;
    private readonly TimeSpan _period;
    private readonly TimeProvider _time;
    private LiveFragment? _newest;
    private bool _isOver;

    /// <param name="look">Looks once at what the pages show.</param>
    /// <param name="period">The time between two looks.</param>
    public PageWatch(Func<CancellationToken, Task<ILiveSight>> look, TimeSpan period, TimeProvider time)
    {
        (_look, _period, _time) = (look, period, time);
        var left = _left.Token;
        Ended = Task.Run(() => RunAsync(left));
    }

    /// <summary>
    /// Ends when nothing changes any more, when this is disposed of, or with the exception of a look that failed.
    /// </summary>
    public Task Ended { get; }

    /// <summary>Adds a page, which gets the newest fragment at once.</summary>
    public void Add(Watcher watcher)
    {
        lock (_gate)
        {
            _watchers.Add(watcher);
            if (_newest is not null)
                watcher.Give(_newest);
            if (_isOver)
                watcher.End();
        }
    }

    /// <summary>Removes a page.</summary>
    /// <returns>Whether it was the last.</returns>
    public bool Remove(Watcher watcher)
    {
        lock (_gate)
        {
            _watchers.Remove(watcher);
            return _watchers.Count == 0;
        }
    }

    /// <summary>Looks no more.</summary>
    public void Dispose()
    {
        _left.Cancel();
        _left.Dispose();
    }

    private async Task RunAsync(CancellationToken left)
    {
        try
        {
            using var timer = new PeriodicTimer(_period, _time);
            object? shown = null;
            do
            {
                if (await TryLookAsync(left) is not { } sight || sight.Mark.Equals(shown))
                    continue;
                shown = sight.Mark;
                Give(new(await sight.FragmentAsync(), sight.IsLast));
                if (sight.IsLast)
                    return;
            }
            while (await timer.WaitForNextTickAsync(left));
        }
        catch (OperationCanceledException) when (left.IsCancellationRequested)
        {
        }
        finally
        {
            End();
        }
    }

    // A silo may be lost while a machine boots; the next look reaches another.
    private async Task<ILiveSight?> TryLookAsync(CancellationToken left)
    {
        try
        {
            return await _look(left);
        }
        catch (Exception e) when (CallFailures.HasUnknownOutcome(e))
        {
            return null;
        }
    }

    private void Give(LiveFragment fragment)
    {
        lock (_gate)
        {
            _newest = fragment;
            foreach (var watcher in _watchers)
                watcher.Give(fragment);
        }
    }

    private void End()
    {
        lock (_gate)
        {
            _isOver = true;
            foreach (var watcher in _watchers)
                watcher.End();
        }
    }
}
