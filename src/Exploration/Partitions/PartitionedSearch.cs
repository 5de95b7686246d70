using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Orleans.Mmu.Exploration.Search;

namespace Orleans.Mmu.Exploration.Partitions;

/// <summary>
/// Leads partitions through an exploration, step by step. States, their order and findings are those of a search in one
/// process: within a layer the batches of all partitions are taken in in order, wherever they were expanded. Partitions
/// that are lost on the way are built anew, bit for bit, and the search goes on.
/// </summary>
/// <param name="partitions">All partitions, in their order; the search begins them.</param>
/// <param name="reconnect">Finds another way to the partitions if none of them answers.</param>
public sealed class PartitionedSearch<TState, TSystem>(
    TSystem system, ExplorerOptions options, IReadOnlyList<IRemotePartition> partitions,
    Func<CancellationToken, Task> reconnect, CancellationToken cancellationToken)
    where TState : unmanaged, IEquatable<TState>
    where TSystem : ITransitionSystem<TState>
{
    private static readonly TimeSpan BetweenReports = TimeSpan.FromSeconds(0.5);

    private readonly long _began = options.Time.GetTimestamp();
    private readonly PartitionRebuild _known = new(partitions, reconnect, cancellationToken);
    private TimeSpan _reported;
    private int _depth = -1;
    private bool _isOutOfTime;

    private TimeSpan Elapsed => options.Time.GetElapsedTime(_began);

    private long States => Counts.Sum(c => c.States);

    private IReadOnlyList<PartitionCounts> Counts => _known.Counts;

    private bool IsFull => Counts.Any(c => c.IsFull);

    private bool IsOver => _isOutOfTime || IsFull || (_isOutOfTime = options.TimeIsOver.IsCancellationRequested);

    /// <exception cref="PartitionLostException">Partitions are lost again and again.</exception>
    /// <exception cref="RebuildException">A partition that was built anew differs from the lost one.</exception>
    public async Task<Exploration<TState>> RunAsync()
    {
        await SurviveAsync(BeginAsync, null);
        bool opens = true;
        while (await StepAsync(opens))
            opens = Counts.Sum(c => (long)c.Open) == 0;

        var named = FoundState.First(Counts.Select(c => (IEnumerable<FoundState>)c.Found)).ToList();
        if (options.CheckLiveness && !IsOver && await SurviveAsync(FirstStuckAsync, null) is { } stuck)
            named.Add((ExplorerProperty.Liveness, stuck));
        var findings = new List<Finding<TState>>(named.Count);
        var paths = new PathFinder<TState, TSystem>(system, options.Symmetry);
        foreach (var (property, name) in named)
            findings.Add(paths.Along(property, await SurviveAsync(() => ChainAsync(name), null)));
        return new(
            IsFull ? ExplorationEnd.MemoryLimit : _isOutOfTime ? ExplorationEnd.TimeLimit : ExplorationEnd.Complete,
            States, Counts.Sum(c => c.Transitions), Math.Max(_depth, 0), Elapsed, Counts.Sum(c => c.MemoryBytes),
            [.. findings.OrderBy(f => f.Path.Count).ThenBy(f => f.Property)]);
    }

    // Work that a loss interrupts is done again from its beginning.
    private async Task<T> SurviveAsync<T>(Func<Task<T>> work, bool? nextOpens)
    {
        while (true)
        {
            try
            {
                return await work();
            }
            catch (PartitionLostException e)
            {
                await _known.RestoreAsync(nextOpens, e);
            }
        }
    }

    private async Task<bool> BeginAsync()
    {
        if (_known.Epoch > 0)
            return true;
        foreach (var partition in partitions)
            await partition.BeginAsync(_known.Epoch);
        return true;
    }

    // Returns false if nothing is left to expand, or memory ran out.
    private async Task<bool> StepAsync(bool opens)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _known.Add(opens, await SurviveAsync(
            () => PartitionCalls.AllAsync(partitions.Select(
                (p, i) => p.StepAsync(_known.Order(_known.Steps + 1, opens, i, PartitionOrder.All)))),
            opens));
        bool hasLayer = opens && Counts.Any(c => c.Layer > 0);
        if (hasLayer || (IsFull && !opens && Counts.Any(c => c.Unexpanded > c.Open)))
            _depth++;
        Report();
        return !IsOver && (hasLayer || !opens);
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
            if (IsOver)
                return null;
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
                var answers = await PartitionCalls.AllAsync(
                    open.Select(i => partitions[i].JudgeAsync(new(_known.Steps, layer, from[i], _known.Epoch))));
                foreach (var (i, answer) in open.Zip(answers))
                    (judged[i], from[i]) = (answer, answer.Next);
                open = [.. open.Where(i => from[i] >= 0)];
                Report();
            }
        }

        return judged;
    }

    private async Task<List<TState>> ChainAsync(uint name)
    {
        var chain = new List<TState>();
        for (; name != StateId.None; cancellationToken.ThrowIfCancellationRequested())
        {
            var stored = await partitions[StateId.Shard(name)].StateAsync(_known.Steps, StateId.Index(name));
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
            new(States, Counts.Sum(c => (long)c.Unexpanded), _depth, States / _reported.TotalSeconds,
                Counts.Sum(c => c.MemoryBytes)));
    }
}
