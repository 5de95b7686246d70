using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Orleans.Mmu.Exploration.Search;

namespace Orleans.Mmu.Exploration.Partitions;

/// <summary>
/// Leads partitions through an exploration, step by step. States, their order and findings are those of a search in one
/// process: within a layer the batches of all partitions are taken in in order, wherever they were expanded.
/// </summary>
/// <param name="partitions">All partitions, in their order.</param>
public sealed class PartitionedSearch<TState, TSystem>(
    TSystem system, ExplorerOptions options, IReadOnlyList<IRemotePartition> partitions,
    CancellationToken cancellationToken)
    where TState : unmanaged, IEquatable<TState>
    where TSystem : ITransitionSystem<TState>
{
    private static readonly TimeSpan BetweenReports = TimeSpan.FromSeconds(0.5);

    private readonly long _began = options.Time.GetTimestamp();
    private PartitionCounts[] _counts = [
        .. partitions.Select(_ => new PartitionCounts(0, 0, 0, 0, 0, 0, false, 0, NothingSent, []))];
    private TimeSpan _reported;
    private long _steps;
    private int _depth = -1;

    private static ImmutableArray<int> NothingSent { get; } = [.. new int[Explorer.Partitions]];

    private TimeSpan Elapsed => options.Time.GetElapsedTime(_began);

    private long States => _counts.Sum(c => c.States);

    private bool IsFull => _counts.Any(c => c.IsFull);

    public async Task<Exploration<TState>> RunAsync()
    {
        bool opens = true;
        while (await StepAsync(opens))
            opens = _counts.Sum(c => (long)c.Open) == 0;

        var named = FoundState.First(_counts.Select(c => (IEnumerable<FoundState>)c.Found)).ToList();
        if (options.CheckLiveness && !IsFull && await FirstStuckAsync() is { } stuck)
            named.Add((ExplorerProperty.Liveness, stuck));
        var findings = new List<Finding<TState>>(named.Count);
        var paths = new PathFinder<TState, TSystem>(system, options.Symmetry);
        foreach (var (property, name) in named)
            findings.Add(paths.Along(property, await ChainAsync(name)));
        return new(
            IsFull ? ExplorationEnd.MemoryLimit : ExplorationEnd.Complete, States, _counts.Sum(c => c.Transitions),
            Math.Max(_depth, 0),
            Elapsed, _counts.Sum(c => c.MemoryBytes), [.. findings.OrderBy(f => f.Path.Count).ThenBy(f => f.Property)]);
    }

    // Returns false if nothing is left to expand, or memory ran out.
    private async Task<bool> StepAsync(bool opens)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _steps++;
        var before = _counts;
        _counts = await AllAsync(
            partitions.Select((p, i) => p.StepAsync(new(_steps, opens, [.. before.Select(c => c.Sent[i])]))));
        bool hasLayer = opens && _counts.Any(c => c.Layer > 0);
        if (hasLayer || (IsFull && !opens && _counts.Any(c => c.Unexpanded > c.Open)))
            _depth++;
        Report();
        return !IsFull && (hasLayer || !opens);
    }

    private async Task<uint?> FirstStuckAsync()
    {
        long ended = -1;
        JudgedLayer[] judged;
        do
        {
            long before = ended;
            judged = await PassAsync();
            ended = judged.Sum(j => j.Ended);
            // A partition that has learned something may let others learn from it, so the round is repeated until none
            // has.
            if (ended == before)
                break;
        }
        while (ended < States);

        var open = judged.Select((j, i) => (j.Depth, Shard: i, j.FirstOpen)).Where(j => j.FirstOpen >= 0).ToList();
        return open.Count == 0
            ? null : StateId.Of(open.MinBy(j => j.Depth).Shard, open.MinBy(j => j.Depth).FirstOpen);
    }

    private async Task<JudgedLayer[]> PassAsync()
    {
        var judged = new JudgedLayer[partitions.Count];
        for (int layer = _depth; layer >= 0; layer--)
        {
            for (int[] open = [.. Enumerable.Range(0, partitions.Count)], from = [.. open.Select(_ => -1)];
                open.Length > 0;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var answers = await AllAsync(open.Select(i => partitions[i].JudgeAsync(new(_steps, layer, from[i]))));
                foreach (var (i, answer) in open.Zip(answers))
                    (judged[i], from[i]) = (answer, answer.Next);
                open = [.. open.Where(i => from[i] >= 0)];
                Report();
            }
        }

        return judged;
    }

    // Fails with the first failure: a partition that reports a loss need not wait for calls to the lost partition to
    // time out.
    private static async Task<T[]> AllAsync<T>(IEnumerable<Task<T>> calls)
    {
        Task<T>[] called = [.. calls];
        await foreach (var answered in Task.WhenEach(called))
            await answered;
        return await Task.WhenAll(called);
    }

    private async Task<List<TState>> ChainAsync(uint name)
    {
        var chain = new List<TState>();
        for (; name != StateId.None; cancellationToken.ThrowIfCancellationRequested())
        {
            var stored = await partitions[StateId.Shard(name)].StateAsync(_steps, StateId.Index(name));
            if (stored.Bytes.Length != Unsafe.SizeOf<TState>() || chain.Count > _depth + 1)
                throw new InvalidOperationException("a partition names states that are none");
            chain.Add(MemoryMarshal.Read<TState>(stored.Bytes));
            name = stored.Origin;
        }

        return chain;
    }

    private void Report()
    {
        if (options.Progress is not { } progress || Elapsed - _reported < BetweenReports)
            return;
        _reported = Elapsed;
        progress.Report(
            new(States, _counts.Sum(c => (long)c.Unexpanded), _depth, States / _reported.TotalSeconds,
                _counts.Sum(c => c.MemoryBytes)));
    }
}
