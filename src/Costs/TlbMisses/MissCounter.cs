using System.Collections.Immutable;
using Orleans.Mmu.Costs.MemoryTraces;

namespace Orleans.Mmu.Costs.TlbMisses;

/// <summary>Counts misses in configurations, from the events of an intake of the same shape.</summary>
public sealed class MissCounter
{
    private readonly MissGroup[] _groups;
    private readonly int _configurations;
    private readonly bool[] _cpus = new bool[IMemoryTraceSink.MaxCpus];
    private readonly ParallelOptions _options;

    /// <param name="configurations">Some or all of the configurations that the shape was made for.</param>
    /// <param name="workers">Maximum number of threads; 0 for one per processor.</param>
    public MissCounter(IReadOnlyList<TlbConfiguration> configurations, IntakeShape shape, int workers)
    {
        _groups = [.. MissGroup.Of(configurations, shape)];
        _configurations = configurations.Count;
        _options = new() { MaxDegreeOfParallelism = workers > 0 ? workers : Environment.ProcessorCount };
    }

    /// <summary>Groups of configurations, by index, that share an LRU stack and should stay in one counter.</summary>
    public static IEnumerable<int[]> Shares(IReadOnlyList<TlbConfiguration> configurations) =>
        MissGroup.Of(configurations, IntakeShape.Of(configurations)).Select(g => g.Configurations.ToArray());

    /// <summary>The counts so far, in the order of the configurations.</summary>
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

    /// <summary>Bytes that suffice for the TLBs and caches of one CPU in all configurations.</summary>
    public long BytesPerCpu => _groups.Sum(g => g.BytesPerCpu);

    /// <summary>Bytes that suffice for the CPUs of all batches so far and of this one.</summary>
    public long MostBytes(ReadOnlySpan<ulong> events)
    {
        foreach (ulong word in events)
            _cpus[PageEvents.Cpu(word)] |= word != PageEvents.WarmedUp;
        return _cpus.Count(c => c) * BytesPerCpu;
    }

    /// <summary>Counts a batch. Batches come one after another.</summary>
    public void Hear(ReadOnlyMemory<ulong> events)
    {
        if (_groups.Length == 1)
            _groups[0].Take(events.Span);
        else
            Parallel.ForEach(_groups, _options, group => group.Take(events.Span));
    }
}
