using Orleans.Mmu.Interfaces.Calls;
using Orleans.Mmu.Viewer.Live;

namespace Orleans.Mmu.Silo.Live;

/// <summary>
/// The one observer of a machine for all pages that show it: it looks a few times a second, renders what it sees if
/// that has changed, and gives it to every page.
/// </summary>
internal sealed class MachineWatch
{
    /// <summary>The time between two looks.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromMilliseconds(250);

    private readonly Lock _gate = new();
    private readonly HashSet<Watcher> _watchers = [];
    private readonly CancellationTokenSource _left = new();
    private readonly Func<CancellationToken, Task<MachineSight>> _look;
    private readonly TimeProvider _time;
    private LiveFragment? _newest;
    private bool _isOver;

    /// <param name="look">Looks at the machine once.</param>
    public MachineWatch(Func<CancellationToken, Task<MachineSight>> look, TimeProvider time)
    {
        (_look, _time) = (look, time);
        Ended = Task.Run(RunAsync);
    }

    /// <summary>Ends when nothing changes any more, or nobody watches, or looking failed with this exception.</summary>
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

    /// <summary>Removes a page. Without any, the watch ends.</summary>
    /// <returns>Whether it was the last.</returns>
    public bool Remove(Watcher watcher)
    {
        lock (_gate)
        {
            _watchers.Remove(watcher);
            if (_watchers.Count > 0)
                return false;
        }

        _left.Cancel();
        return true;
    }

    private async Task RunAsync()
    {
        try
        {
            using var timer = new PeriodicTimer(Period, _time);
            object? shown = null;
            do
            {
                if (await TryLookAsync() is not { } sight || sight.Mark.Equals(shown))
                    continue;
                shown = sight.Mark;
                Give(new(await LivePage.FragmentAsync(sight), sight.IsLast));
                if (sight.IsLast)
                    return;
            }
            while (await timer.WaitForNextTickAsync(_left.Token));
        }
        catch (OperationCanceledException) when (_left.IsCancellationRequested)
        {
        }
        finally
        {
            End();
        }
    }

    // A silo may be lost while a machine boots; the next look reaches another.
    private async Task<MachineSight?> TryLookAsync()
    {
        try
        {
            return await _look(_left.Token);
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
