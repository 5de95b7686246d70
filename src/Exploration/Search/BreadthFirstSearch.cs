namespace Orleans.Mmu.Exploration.Search;

/// <summary>One run of the explorer.</summary>
internal sealed class BreadthFirstSearch<TState, TSystem> : IDisposable
    where TState : unmanaged, IEquatable<TState>
    where TSystem : ITransitionSystem<TState>
{
    // With fewer states, threads cost more than they save.
    private const int WorthThreads = 512;
    // Once there are so many states, the threads exchange several batches at once: then a thread works long on one
    // table, whose lines stay in its cache, and waits rarely. Before, progress matters more.
    private const int WorthBatches = 1 << 18;
    private const int BatchesAtOnce = 4;

    private static readonly TimeSpan BetweenReports = TimeSpan.FromSeconds(0.5);

    private readonly TSystem _system;
    private readonly ExplorerOptions _options;
    private readonly CancellationToken _cancellationToken;
    private readonly TState _initial;
    private readonly Shard<TState, TSystem>[] _shards;
    private readonly long _limit;
    private readonly Action<Shard<TState, TSystem>> _expand;
    private readonly Action<Shard<TState, TSystem>> _takeIn;
    private readonly ShardCrew<TState, TSystem> _crew;
    private readonly long _began;
    private TimeSpan _reported;
    private int _depth;
    private int _batches;
    private bool _isOutOfTime;

    public BreadthFirstSearch(TSystem system, ExplorerOptions options, CancellationToken cancellationToken)
    {
        _system = system;
        _options = options;
        _cancellationToken = cancellationToken;
        _began = options.Time.GetTimestamp();
        _initial = options.Symmetry ? system.Canonical(system.Initial) : system.Initial;
        _shards = [
            .. Enumerable.Range(0, Explorer.Shards)
                .Select(i => new Shard<TState, TSystem>(system, i, options.Symmetry, _initial))];
        _crew = new(_shards, options.Workers);
        // Each shard has its own share, so the result does not depend on which thread allocates first.
        _limit = (options.MemoryLimit ?? ExplorerOptions.UsualMemory) / Explorer.Shards;
        _expand = s => s.Expand(_batches, _cancellationToken);
        _takeIn = s => s.TakeIn(_shards, _batches, _limit);
    }

    private TimeSpan Elapsed => _options.Time.GetElapsedTime(_began);

    private long States => _shards.Sum(s => (long)s.Table.Count);

    private long MemoryBytes => _shards.Sum(s => s.MemoryBytes);

    private bool IsFull => _shards.Any(s => s.IsFull);

    // Asked between batches only, so that every state in the tables has all its successors or none.
    private bool IsOver => _isOutOfTime || IsFull || (_isOutOfTime = _options.TimeIsOver.IsCancellationRequested);

    public Exploration<TState> Run()
    {
        _cancellationToken.ThrowIfCancellationRequested();
        ulong hash = StateTable<TState>.Hash(_initial);
        _shards[StateId.ShardOf(hash)].Begin(hash, _limit);
        while (!IsOver && OpenLayer())
            ExpandLayer();

        var named = FoundState.First(_shards.Select(s => s.Found)).ToList();
        if (_options.CheckLiveness && !IsOver && FirstStuck() is { } stuck)
            named.Add((ExplorerProperty.Liveness, stuck));
        var paths = new PathFinder<TState, TSystem>(_system, _options.Symmetry);
        return new(
            IsFull ? ExplorationEnd.MemoryLimit : _isOutOfTime ? ExplorationEnd.TimeLimit : ExplorationEnd.Complete,
            States, _shards.Sum(s => s.Transitions), _depth, Elapsed, MemoryBytes,
            [.. named.Select(n => paths.Along(n.Property, Chain(n.Name))).OrderBy(f => f.Path.Count)
                .ThenBy(f => f.Property)]);
    }

    public void Dispose() => _crew.Dispose();

    // Null where every state can go on, or where time ends before that is known.
    private uint? FirstStuck()
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_cancellationToken, _options.TimeIsOver);
        try
        {
            return new LivenessPass<TState, TSystem>(
                _system, _options.Symmetry, _shards, _crew, Report, either.Token).FirstStuck();
        }
        catch (OperationCanceledException) when (!_cancellationToken.IsCancellationRequested)
        {
            _isOutOfTime = true;
            return null;
        }
    }

    private List<TState> Chain(uint name)
    {
        var chain = new List<TState>();
        for (; name != StateId.None; name = _shards[StateId.Shard(name)].Table.Origin(StateId.Index(name)))
            chain.Add(_shards[StateId.Shard(name)].Table[StateId.Index(name)]);
        return chain;
    }

    private bool OpenLayer()
    {
        foreach (var shard in _shards)
        {
            shard.OpenLayer();
            shard.Depth = _depth;
        }

        return Open() > 0;
    }

    private void ExpandLayer()
    {
        for (long open = Open(); open > 0 && !IsOver; open = Open())
        {
            _cancellationToken.ThrowIfCancellationRequested();
            bool alone = open < WorthThreads;
            _batches = States < WorthBatches ? 1 : BatchesAtOnce;
            _crew.Each(_expand, alone);
            _crew.Each(_takeIn, alone);
            Report();
        }

        if (_shards.Any(s => s.HasNextLayer))
            _depth++;
    }

    private long Open()
    {
        long open = 0;
        foreach (var shard in _shards)
            open += shard.Open;
        return open;
    }

    private void Report()
    {
        if (_options.Progress is not { } progress || Elapsed - _reported < BetweenReports)
            return;
        _reported = Elapsed;
        progress.Report(
            new(States, _shards.Sum(s => (long)s.Unexpanded), _depth, States / _reported.TotalSeconds, MemoryBytes));
    }
}
