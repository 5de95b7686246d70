using System.Diagnostics;

namespace Orleans.Mmu.Checking;

/// <summary>One run of the explorer.</summary>
internal sealed class BreadthFirstSearch<TState, TSystem>
    where TState : unmanaged, IEquatable<TState>
    where TSystem : ITransitionSystem<TState>
{
    // States that a shard expands between two exchanges; small enough for buffers to stay in a cache.
    private const int Batch = 2048;
    // Below this, threads cost more than they save.
    private const int WorthThreads = 512;

    private readonly TSystem _system;
    private readonly ExplorerOptions _options;
    private readonly CancellationToken _cancellationToken;
    private readonly Shard<TState, TSystem>[] _shards;
    private readonly long _began = Stopwatch.GetTimestamp();
    private readonly ParallelOptions _parallel;
    private TimeSpan _reported;
    private int _depth;

    public BreadthFirstSearch(TSystem system, ExplorerOptions options, CancellationToken cancellationToken)
    {
        _system = system;
        _options = options;
        _cancellationToken = cancellationToken;
        _parallel = new() { MaxDegreeOfParallelism = Math.Max(1, options.Workers) };
        _shards = [.. Enumerable.Range(0, Explorer.Shards).Select(i => new Shard<TState, TSystem>(system, i, options.Symmetry))];
    }

    private TimeSpan Elapsed => Stopwatch.GetElapsedTime(_began);

    private long States => _shards.Sum(s => (long)s.Table.Count);

    private long MemoryBytes => _shards.Sum(s => s.Table.MemoryBytes);

    public Exploration<TState> Run()
    {
        var initial = _options.Symmetry ? _system.Canonical(_system.Initial) : _system.Initial;
        _shards[Shard<TState, TSystem>.Of(StateTable<TState>.Hash(initial))].Begin(initial);
        var end = ExplorationEnd.Complete;
        while (end == ExplorationEnd.Complete && OpenLayer())
            end = ExpandLayer();

        var findings = new PathFinder<TState, TSystem>(_system, _options, _shards).Findings();
        if (end == ExplorationEnd.Complete && _options.CheckLiveness && findings.All(f => f.Property != ExplorerProperty.Deadlock)
            && new LivenessPass<TState, TSystem>(_system, _options.Symmetry, _shards, _cancellationToken).FirstStuck() is { } stuck)
        {
            findings = [.. findings, new PathFinder<TState, TSystem>(_system, _options, _shards).To(ExplorerProperty.Liveness, stuck)];
        }

        return new(end, States, _shards.Sum(s => s.Transitions), _depth, Elapsed, MemoryBytes,
            [.. findings.OrderBy(f => f.Path.Count).ThenBy(f => f.Property)]);
    }

    private bool OpenLayer()
    {
        foreach (var shard in _shards)
            shard.OpenLayer();
        return _shards.Any(s => s.HasOpen);
    }

    private ExplorationEnd ExpandLayer()
    {
        foreach (var shard in _shards)
            shard.Depth = _depth;
        while (_shards.Any(s => s.HasOpen))
        {
            _cancellationToken.ThrowIfCancellationRequested();
            if (MemoryBytes + _shards.Sum(s => s.Table.NextBytes) > _options.MemoryLimit)
                return ExplorationEnd.MemoryLimit;
            ForEachShard(s => s.Expand(Batch, _cancellationToken));
            ForEachShard(s => s.TakeIn(_shards));
            Report();
        }

        if (_shards.Any(s => s.HasNextLayer))
            _depth++;
        return ExplorationEnd.Complete;
    }

    private void ForEachShard(Action<Shard<TState, TSystem>> action)
    {
        if (_options.Workers > 1 && _shards.Sum(s => s.Open) > WorthThreads)
        {
            Parallel.ForEach(_shards, _parallel, action);
            return;
        }

        foreach (var shard in _shards)
            action(shard);
    }

    private void Report()
    {
        var now = Elapsed;
        if (_options.Progress is not { } progress || now - _reported < TimeSpan.FromSeconds(0.5))
            return;
        _reported = now;
        progress.Report(new(States, _shards.Sum(s => (long)s.Unexpanded), _depth, States / now.TotalSeconds, MemoryBytes));
    }
}
