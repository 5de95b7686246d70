using CsCheck;
using Orleans.Mmu.Costs.Decay;
using Orleans.Mmu.Linux.Boot;
using Orleans.Mmu.Linux.Changes;
using Orleans.Mmu.Linux.MachineFiles;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Tests.Costs.Decay;

/// <summary>
/// What is split stays split, nothing is lost, and what a repaint needs is bounded by what boot left.
/// </summary>
public sealed class MapDecayTests
{
    private static readonly MachineDescription Machine =
        MachineFile.Parse("symmetric", BuiltInMachines.Find("symmetric")!);

    [Fact]
    public void TablesGrowByWhatARepaintThenNeedNotMake() =>
        Gen.Select(Gen.Int[0, 6], Gen.Int[0, 6], Gen.Int[0, 6], Gen.ULong, Gen.Bool)
            .ForAll((modules, programs, secrets, seed, fresh) =>
        {
            List<DecaySample> samples =
                [.. MapDecay.Of(LinearMapBoot.Of(Machine), new(modules, programs, secrets, seed, fresh))];
            Assert.Equal("boot", samples[0].Event);
            long all = Tables(samples[0]) + samples[0].Mapping.Repaint.Tables;
            foreach (var (before, after) in samples.Zip(samples.Skip(1)))
            {
                Assert.True(Tables(after) >= Tables(before));
                Assert.Equal(all, Tables(after) + after.Mapping.Repaint.Tables);
            }
        }, iter: 60);

    [Fact]
    public void ASeedIsRepeatedAndAnotherIsNot()
    {
        static IEnumerable<(string, long)> Run(ulong seed) =>
            MapDecay.Of(LinearMapBoot.Of(Machine), new(8, 8, 8, seed, false)).Select(s => (s.Event, Tables(s)));
        Assert.Equal(Run(1), Run(1));
        Assert.NotEqual(Run(1), Run(2));
    }

    [Fact]
    public void FreshMemoryFallsApartInFewerPlaces()
    {
        long fresh = Tables(MapDecay.Of(LinearMapBoot.Of(Machine), new(20, 0, 0, 1, true)).Last());
        long old = Tables(MapDecay.Of(LinearMapBoot.Of(Machine), new(20, 0, 0, 1, false)).Last());
        Assert.True(old > 10 * fresh, $"{old} tables scattered, {fresh} in a row");
    }

    [Fact]
    public void AMapOfPagesDoesNotDecay()
    {
        var machine = MachineFile.Parse("no-bbml2", BuiltInMachines.Find("no-bbml2")!);
        Assert.Single(MapDecay.Of(LinearMapBoot.Of(machine), new(5, 5, 0, 1, false)).Select(Tables).Distinct());
    }

    [Fact]
    public void ChangesInPartsEndWhereAllTogetherDo()
    {
        const string lines =
            "set_memory_ro 0xffff000010000000 3\nset_memory_ro 0xffff000020200000 1\nset_memory_rw "
            + "0xffff000010000000 1\nset_memory_ro 0xffff000050005000 700\n";
        var changes = ChangesFile.Parse("c", new StringReader(lines), Machine);
        List<DecaySample> one =
            [.. MapDecay.Of(LinearMapBoot.Of(Machine), changes, 1, (_, _) => { }, CancellationToken.None)];
        List<DecaySample> four =
            [.. MapDecay.Of(LinearMapBoot.Of(Machine), changes, 4, (_, _) => { }, CancellationToken.None)];
        Assert.Equal((2, 5), (one.Count, four.Count));
        Assert.Equal(one[^1].Mapping.Census.Leaves, four[^1].Mapping.Census.Leaves);
        Assert.Equal(Tables(one[^1]), Tables(four[^1]));
        Assert.Equal(
            Tables(four[0]) + four[0].Mapping.Repaint.Tables, Tables(four[^1]) + four[^1].Mapping.Repaint.Tables);
    }

    private static long Tables(DecaySample sample) => sample.Mapping.Census.Tables.Sum(t => t.Value);
}
