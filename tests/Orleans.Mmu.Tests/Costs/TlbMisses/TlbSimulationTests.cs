using CsCheck;
using Orleans.Mmu.Arm.TlbHierarchies;
using Orleans.Mmu.Arm.Tlbs;
using Orleans.Mmu.Costs.AddressSpaces;
using Orleans.Mmu.Costs.TlbMisses;
using Orleans.Mmu.Tests.Costs.MemoryTraces;

namespace Orleans.Mmu.Tests.Costs.TlbMisses;

/// <summary>
/// One pass over a trace for many configurations counts what each would count alone, access by access.
/// </summary>
public sealed class TlbSimulationTests
{
    private static readonly Gen<int> AnyWays = Gen.Int[1, 24];

    // Fully associative, or a few sets of any number.
    private static readonly Gen<TlbGeometry> AnyTlb = Gen.Select(
        AnyWays, Gen.OneOf(Gen.Const(1), Gen.Int[1, 7]), (ways, sets) => TlbGeometry.Create(ways * sets, ways));

    private static readonly Gen<EntrySizes> AnySizes = Gen.OneOf(Gen.Const(EntrySizes.Any),
        Gen.Const(EntrySizes.Of(12, 16, 20)), Gen.Const(EntrySizes.Of(12, 16, 21)), Gen.Const(EntrySizes.Of(12)));

    private static readonly Gen<WalkCaches> AnyWalks = Gen.OneOf(
        Gen.Const(WalkCaches.None), AnyTlb.Select(WalkCaches.Of),
        Gen.Select(AnyTlb, AnyTlb, Gen.Bool, (one, two, both) => new WalkCaches(null, [null, both ? one : null, two])));

    // Maps are shared, as the program shares them: configurations with one mapping go together.
    private static readonly LinearPageSizes[] Maps =
    [
        .. new[] { 12, 16, 21, 30 }.Select(LinearPageSizes.Of),
        LinearPageSizes.Of(12, [new(0, 1024, 21), new(1024, 64, 12), new(1088, 512, 16), new(4096, 1 << 18, 30)]),
    ];

    private static readonly Gen<TlbConfiguration> AnyConfiguration = Gen.Select(
        AnyTlb, AnyTlb, Gen.OneOf(Gen.Const((TlbGeometry?)null), AnyTlb.Select(t => (TlbGeometry?)t)),
        Gen.Select(AnySizes, AnySizes, AnySizes), AnyWalks,
        Gen.Int[0, 4].Select(i => Maps[i]), Gen.Int[0, 2].Select(n => 50 * n),
        (i, d, second, sizes, walks, map, scatter) => new TlbConfiguration(
            new(i, d, second, sizes.Item1, sizes.Item2, sizes.Item3, walks), new TracedMapping("", map, scatter)));

    private static readonly int[] Sizes = [12, 16, 21, 25, 30, 39];

    private static readonly ulong[] Regions =
        [0xffff000000000000, 0xffff000040000000, 0xffff800008000000, 0xffff80001c000000, 0xfffffc0000000000, 0x400000];

    // Regions, and pages in them that are near one another and far.
    private static readonly Gen<ulong> AnyAddress = Gen.Select(
        Gen.Int[0, 5].Select(i => Regions[i]),
        Gen.OneOf(Gen.Int[0, 30], Gen.Int[0, 1023], Gen.Int[0, 7].Select(n => n << 9)),
        (region, page) => region + ((ulong)page << 12));

    private static readonly Gen<(ulong Address, int Act)[]> AnyTrace =
        Gen.Select(AnyAddress, Gen.Int[0, 9]).Array[1, 400];

    [Fact]
    public void CountsWhatThePlainModelCounts() =>
        Gen.Select(AnyConfiguration.Array[1, 6], AnyTrace).ForAll((configurations, trace) =>
    {
        var ktr = new KtrText();
        PlainTlbs[] plain = [.. configurations.Select(c => new PlainTlbs(c))];
        foreach (var (address, act) in trace)
        {
            if (act == 9)
            {
                int cpu = (int)(address >> 12) & 3;
                ktr.Cpu(cpu);
                Array.ForEach(plain, p => p.Cpu(cpu));
                continue;
            }

            _ = act < 4 ? ktr.Instructions(address, 3) : ktr.Data(address, act == 4);
            Array.ForEach(plain, p => p.Access((address >> 12) & TracedKernel.PageMask, act >= 4));
        }

        var result = Replay(ktr.ToArray(), new(), configurations);
        Assert.Null(result.Error);
        for (int i = 0; i < configurations.Length; i++)
            Assert.Equal((plain[i].L1Misses, plain[i].Walks, plain[i].Reads),
                (result.Counts[i].L1Misses, result.Counts[i].Walks, result.Counts[i].Fetches));
    }, iter: 3000);

    [Fact]
    public void WarmingUpLeavesOutWhatCameBefore()
    {
        byte[] trace = new KtrText().Instructions(0x1000, 10).Data(0x2000).Data(0x3000).Instructions(0x5000, 5)
            .Data(0x2000).Data(0x4000).ToArray();
        var configuration = new TlbConfiguration(new(Full(4), Full(4), null), new("4K", Maps[0]));
        var all = Replay(trace, new(), configuration);
        Assert.Equal((15, 5), (all.Instructions, all.Counts[0].L1Misses));
        // What came before is in the TLB: only the page that is new then is missed.
        var warm = Replay(trace, new(WarmUpInstructions: 11), configuration);
        Assert.Equal((0, 1), (warm.Instructions, warm.Counts[0].L1Misses));
        warm = Replay(trace, new(WarmUpInstructions: 10), configuration);
        Assert.Equal((5, 4), (warm.Instructions, warm.Counts[0].L1Misses));
        // What else runs with it changes nothing.
        var other = Replay(trace, new(WarmUpInstructions: 10), configuration, configuration
            with
        { Tlbs = new(Full(1), Full(1), null) });
        Assert.Equal((5, 4), (other.Instructions, other.Counts[0].L1Misses));
        var none = Replay(trace, new(WarmUpInstructions: 100), configuration);
        Assert.Equal((0, 0, "trace: expected more than the 100 instructions to warm up with, found 15"),
            (none.Instructions, none.Counts[0].L1Misses, none.Error));
    }

    [Fact]
    public void RegionsAreCountedApart()
    {
        byte[] trace = new KtrText().Instructions(0xffff800008010000, 70).Instructions(0x1000, 30)
            .Data(0xffff000000001000).Data(0xffff000000002000).Data(0xffff80001c000000).Data(0xfffffc0000000000)
            .Data(0x7000).ToArray();
        var result = Replay(trace, new(), new TlbConfiguration(new(Full(4), Full(4), Full(8)), new("4K", Maps[0])));
        var counts = result.Counts[0];
        Assert.Equal((100, 70), (result.Instructions, result.KernelInstructions));
        Assert.Equal([2, 2, 1, 1, 1], Enum.GetValues<KernelRegion>().Select(counts.L1MissesIn));
        Assert.Equal(
            (7, 5, 2, 5), (counts.L1Misses, counts.KernelL1Misses, counts.InstructionMisses, counts.DataMisses));
        var rates = MissRates.Of(result, counts);
        Assert.Equal((70.0, 70.0, 1000.0 * 5 / 70), (rates.KernelPercent, rates.L1, rates.KernelL1));
    }

    [Fact]
    public void WalksEndAtTheLevelOfTheLeaf()
    {
        byte[] trace = new KtrText().Data(0xffff000000000000).ToArray();
        int[] reads = [.. Sizes.Select(log2 =>
            (int)Replay(trace, new(), new TlbConfiguration(
                new(Full(4), Full(4), null), new("", LinearPageSizes.Of(log2)))).Counts[0].Fetches)];
        Assert.Equal([4, 4, 3, 3, 2, 1], reads);
    }

    [Fact]
    public void ManyConfigurationsOnManyThreadsCountTheSame()
    {
        var trace = new KtrText();
        var random = new Random(1);
        for (int i = 0; i < 200_000; i++)
            trace.Data(0xffff000000000000 + ((ulong)random.Next(4000) << 12));
        var configurations = Enumerable.Range(1, 40)
            .Select(n => new TlbConfiguration(new(Full(n), Full(n), Full(8 * n)), new("4K", Maps[n % 4]))).ToArray();
        var alone = Replay(trace.ToArray(), new(Workers: 1), configurations);
        var together = Replay(trace.ToArray(), new(Workers: 8), configurations);
        Assert.Equal(
            alone.Counts.Select(c => (c.L1Misses, c.Walks)), together.Counts.Select(c => (c.L1Misses, c.Walks)));
    }

    [Fact]
    public void ScatterIsAsManyPagesAsItSays()
    {
        foreach (int percent in (int[])[0, 25, 75, 100])
        {
            var sizes = new PageSizes(Maps[2], percent, 12);
            int alone = Enumerable.Range(0, 100_000).Select(i => 0xffff000000000UL + (ulong)i)
                .Count(p => sizes.Of(p) is var m && m.ScatteredPage != m.Page);
            Assert.InRange(alone, percent * 1000 - 300, percent * 1000 + 300);
        }
    }

    private static TlbGeometry Full(int entries) => TlbGeometry.Create(entries, entries);

    private static TlbSimulationResult Replay(
        byte[] trace, TlbSimulationOptions options, params TlbConfiguration[] configurations) =>
        TlbSimulation.Run(
            new("trace", "trace", new MemoryStream(trace)), configurations, options, null, CancellationToken.None);
}
