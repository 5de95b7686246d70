using BenchmarkDotNet.Attributes;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Processors;
using Orleans.Mmu.Arm.TlbEntries;
using Orleans.Mmu.Arm.Tlbs;
using Orleans.Mmu.Arm.Walks;

namespace Orleans.Mmu.Benchmarks;

/// <summary>
/// The hot path of every simulated access: a hit costs a few nanoseconds and no byte. Each figure is for one access.
/// </summary>
[MemoryDiagnoser]
public class TlbBenchmarks
{
    private const int Accesses = 1024;

    private readonly VirtualAddress[] _resident = new VirtualAddress[Accesses];
    private readonly VirtualAddress[] _wandering = new VirtualAddress[Accesses];
    private Processor _pages = null!;
    private Processor _mixed = null!;
    private Tlb _oddSets = null!;
    private LinearMap _pageMap = null!;
    private LinearMap _mixedMap = null!;

    [GlobalSetup]
    public void Setup()
    {
        var geometry = TranslationGeometry.Create(Granule.K4, 48);
        _pageMap = LinearMap.Pages(geometry);
        _mixedMap = LinearMap.Mixed(geometry);
        _pages = new Processor(geometry, TlbGeometry.Default, BbmLevel.Level2NoAbort, default, new Ttbr(_pageMap.Root));
        _mixed = new Processor(
            geometry, TlbGeometry.Default, BbmLevel.Level2NoAbort, default, new Ttbr(_mixedMap.Root));
        _oddSets = new Tlb(geometry, TlbGeometry.Create(1536, 8));
        var random = new Random(1);
        for (int i = 0; i < Accesses; i++)
        {
            // 256 pages stay in 1024 entries; a gigabyte of pages does not.
            _resident[i] = _pageMap.Start + (ulong)random.Next(256) * 4096 + (ulong)random.Next(4096);
            _wandering[i] = _pageMap.Start + (ulong)random.Next((int)(LinearMap.Bytes / 4096)) * 4096;
        }

        // The block behind the pages: a look-up for it probes the page size first.
        _mixed.Access(_mixedMap.Tables, _mixedMap.Start + (2 << 20));
        foreach (var va in _resident)
        {
            _pages.Access(_pageMap.Tables, va);
            _mixed.Access(_mixedMap.Tables, va);
            var walk = TableWalker.Walk(_pageMap.Tables, _pageMap.Root, va);
            _oddSets.Insert(TlbEntry.ForLeaf(geometry, va, walk, 0));
        }
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Accesses)]
    public int HitOneSize() => Hits(_pages.Tlb, _resident, 0);

    [Benchmark(OperationsPerInvoke = Accesses)]
    public int HitPageBesideBlocks() => Hits(_mixed.Tlb, _resident, 0);

    [Benchmark(OperationsPerInvoke = Accesses)]
    public int HitBlockBesidePages() => Hits(_mixed.Tlb, _resident, 2 << 20);

    [Benchmark(OperationsPerInvoke = Accesses)]
    public int HitIn192Sets() => Hits(_oddSets, _resident, 0);

    [Benchmark(OperationsPerInvoke = Accesses)]
    public ulong AccessThatHits()
    {
        ulong sum = 0;
        foreach (var va in _resident)
            sum += _pages.Access(_pageMap.Tables, va).Physical.Value;
        return sum;
    }

    [Benchmark(OperationsPerInvoke = Accesses)]
    public ulong AccessThatMissesWalksAndInserts()
    {
        ulong sum = 0;
        foreach (var va in _wandering)
            sum += _pages.Access(_pageMap.Tables, va).Physical.Value;
        return sum;
    }

    private static int Hits(Tlb tlb, VirtualAddress[] addresses, ulong offset)
    {
        int hits = 0;
        foreach (var va in addresses)
            hits += tlb.TryLookup(va + offset, 0, out _) ? 1 : 0;
        return hits == addresses.Length ? hits
            : throw new InvalidOperationException("a miss where only hits are measured");
    }
}
