using System.Runtime.ExceptionServices;

namespace Orleans.Mmu.Exploration.Search;

/// <summary>
/// The threads that work on the shards, one thread at a time on each. They meet at a barrier some thousand times a
/// second, and threads of the pool wake too slowly for that. They are started when there is enough work for the first
/// time.
/// </summary>
internal sealed class ShardCrew<TState, TSystem>(Shard<TState, TSystem>[] shards, int workers) : IDisposable
    where TState : unmanaged, IEquatable<TState>
    where TSystem : ITransitionSystem<TState>
{
    private readonly int _workers = Math.Clamp(workers, 1, shards.Length);
    private Barrier? _meeting;
    private Action<Shard<TState, TSystem>>? _action;
    private int _taken;
    private Exception? _failure;

    /// <summary>Runs an action on each shard and returns when all are done.</summary>
    /// <param name="alone">Whether the work is too little to wake other threads.</param>
    public void Each(Action<Shard<TState, TSystem>> action, bool alone)
    {
        if (alone || _workers == 1)
        {
            foreach (var shard in shards)
                action(shard);
            return;
        }

        _meeting ??= Start();
        _action = action;
        _taken = 0;
        _meeting.SignalAndWait();
        Work();
        _meeting.SignalAndWait();
        if (_failure is { } failure)
            ExceptionDispatchInfo.Throw(failure);
    }

    /// <summary>Ends the threads.</summary>
    public void Dispose()
    {
        _action = null;
        // The barrier is not disposed: it holds only memory, and other threads may still be leaving it.
        _meeting?.SignalAndWait();
    }

    private Barrier Start()
    {
        var meeting = new Barrier(_workers);
        for (int i = 1; i < _workers; i++)
            new Thread(() => Serve(meeting)) { IsBackground = true, Name = "explorer" }.Start();
        return meeting;
    }

    private void Serve(Barrier meeting)
    {
        while (true)
        {
            meeting.SignalAndWait();
            if (_action is null)
                return;
            Work();
            meeting.SignalAndWait();
        }
    }

    private void Work()
    {
        try
        {
            for (int i; (i = Interlocked.Increment(ref _taken) - 1) < shards.Length;)
                _action!(shards[i]);
        }
        catch (Exception e)
        {
            // The calling thread reports the first failure.
            Interlocked.CompareExchange(ref _failure, e, null);
        }
    }
}
