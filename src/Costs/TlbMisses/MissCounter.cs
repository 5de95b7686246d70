using System.Collections.Immutable;

namespace Orleans.Mmu.Costs.TlbMisses;

/// <summary>Counts what a trace does in configurations, from the events that an intake of the same shape passes on.</summary>
public sealed class MissCounter
{
    private readonly MissGroup[] _groups;
    private readonly int _configurations;
    private readonly ParallelOptions _options;

    /// <param name="configurations">Some or all of those that the shape is of.</param>
    /// <param name="workers">Threads at most; 0 for as many as there are processors.</param>
    public MissCounter(IReadOnlyList<TlbConfiguration> configurations, IntakeShape shape, int workers)
    {
        _groups = [.. MissGroup.Of(configurations, shape)];
        _configurations = configurations.Count;
        _options = new() { MaxDegreeOfParallelism = workers > 0 ? workers : Environment.ProcessorCount };
    }

    /// <summary>Which configurations, by index, can share what is costly and had better stay together.</summary>
    public static IEnumerable<int[]> Shares(IReadOnlyList<TlbConfiguration> configurations) =>
        MissGroup.Of(configurations, IntakeShape.Of(configurations)).Select(g => g.Configurations.ToArray());

    /// <summary>What was counted so far, in the order of the configurations.</summary>
    public ImmutableArray<MissCounts> Counts
    {
        get
        {
            var counts = new MissCounts[_configurations];
            foreach (var group in _groups)
                group.Report(counts);
            return [.. counts];
        }
    }

    /// <summary>Hears of a batch. Batches come one after another.</summary>
    public void Hear(ReadOnlyMemory<ulong> events)
    {
        if (_groups.Length == 1)
            _groups[0].Take(events.Span);
        else
            Parallel.ForEach(_groups, _options, group => group.Take(events.Span));
    }
}
