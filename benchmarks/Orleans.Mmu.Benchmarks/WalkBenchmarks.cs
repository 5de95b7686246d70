using BenchmarkDotNet.Attributes;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Arm.Walks;

namespace Orleans.Mmu.Benchmarks;

/// <summary>One walk, root to leaf, and a visit of a whole map.</summary>
[MemoryDiagnoser]
public class WalkBenchmarks
{
    private const int Walks = 1024;

    private readonly VirtualAddress[] _addresses = new VirtualAddress[Walks];
    private LinearMap _pages = null!;
    private LinearMap _blocks = null!;
    private LinearMap _mixed = null!;

    [Params(48, 52)]
    public int VaBits { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var geometry = TranslationGeometry.Create(Granule.K4, VaBits);
        _pages = LinearMap.Pages(geometry);
        _blocks = LinearMap.Blocks(geometry);
        _mixed = LinearMap.Mixed(geometry);
        var random = new Random(1);
        for (int i = 0; i < Walks; i++)
            _addresses[i] = _pages.Start + (ulong)random.NextInt64((long)LinearMap.Bytes);
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Walks)]
    public int WalkToPage() => Walk(_pages);

    [Benchmark(OperationsPerInvoke = Walks)]
    public int WalkToBlock() => Walk(_blocks);

    /// <summary>Figures are for a map of 1 GB, 128 of its 512 blocks split.</summary>
    [Benchmark]
    public long LeavesOfOneGigabyte() =>
        LeafEnumeration.Leaves(_mixed.Geometry, _mixed.Tables.Roots[0], _mixed.Start).Sum(r => r.Count);

    private int Walk(LinearMap map)
    {
        int found = 0;
        foreach (var va in _addresses)
            found += TableWalker.Walk(map.Tables, map.Root, va).IsTranslation ? 1 : 0;
        return found == Walks ? found
            : throw new InvalidOperationException("a fault where only translations are measured");
    }
}
