using BenchmarkDotNet.Attributes;
using Orleans.Mmu.Checking.References;
using Orleans.Mmu.Exploration.Search;

namespace Orleans.Mmu.Benchmarks;

/// <summary>
/// The explorer on the smaller of the systems whose number of states is known: parking, four CPUs, 39,488 states.
/// </summary>
[MemoryDiagnoser]
public class ExplorerBenchmarks
{
    private const int Cpus = 4;
    private const long States = 39_488;
    private const long Orbits = 8_395;

    [Params(1, 2)]
    public int Workers { get; set; }

    [Benchmark(Baseline = true)]
    public long Safety() => Explore(symmetry: false, liveness: false, States);

    /// <summary>And whether the end can always be reached.</summary>
    [Benchmark]
    public long SafetyAndLiveness() => Explore(symmetry: false, liveness: true, States);

    /// <summary>One state of each orbit.</summary>
    [Benchmark]
    public long Symmetry() => Explore(symmetry: true, liveness: false, Orbits);

    private long Explore(bool symmetry, bool liveness, long expected)
    {
        var system = new ReferenceSystem(new(Cpus, Parks: true, Symmetry: symmetry));
        var options = new ExplorerOptions { Symmetry = symmetry, CheckLiveness = liveness, Workers = Workers };
        var exploration = Explorer.Explore<ReferenceState, ReferenceSystem>(system, options, CancellationToken.None);
        return exploration.States == expected
            ? exploration.Transitions
            : throw new InvalidOperationException($"expected {expected} states, found {exploration.States}");
    }
}
