using CsCheck;
using Orleans.Mmu.Costs.AddressSpaces;
using Orleans.Mmu.Costs.Parameters;
using Orleans.Mmu.Linux.Boot;
using Orleans.Mmu.Linux.Costs;
using Orleans.Mmu.Linux.MachineFiles;

namespace Orleans.Mmu.Tests.Costs.Parameters;

/// <summary>The cost model against what was published and against what follows from it by hand.</summary>
public sealed class CostModelTests
{
    [Fact]
    public void AStreamWithAPrefetcherThatStopsAtTranslations() =>
        Assert.InRange(
            StreamModel.Speedup(Parameters(("dram-ns", 166), ("prefetch-restarts", 2), ("pte-sharing", 1))), 2.3, 2.7);

    [Fact]
    public void AStreamWhoseWalksAloneCount() =>
        Assert.InRange(
            StreamModel.Speedup(Parameters(("dram-ns", 166), ("prefetch-restarts", 0), ("pte-sharing", 8))), 1.0, 1.15);

    [Fact]
    public void OneUtilisationLinksThroughputAndP99()
    {
        Assert.Equal(0.904, QueueModel.PercentileRatio(1 / 1.035, 0.67), 3);
        Gen.Select(Gen.Double[0.5, 0.999], Gen.Double[0, 0.99]).Sample((service, rho) =>
            Assert.Equal(rho, QueueModel.Utilisation(service, QueueModel.PercentileRatio(service, rho)), 1e-7));
    }

    [Fact]
    public void AQueueThatGetsMoreThanItServes() =>
        Assert.Equal(double.PositiveInfinity, QueueModel.PercentileRatio(2, 0.5));

    [Fact]
    public void WhatIsSavedIsTakenFromTheCyclesThatThereWere()
    {
        var parameters = Parameters(("cpi", 1), ("l2-tlb-cycles", 10), ("l2-cycles", 20), ("walk-exposed", 0.5));
        // 5 misses of 10 cycles and 10 reads of 20 by half: 150 of 1,000 cycles.
        Assert.Equal(150, new TranslationCost(5, 10, 0, 0).Cycles(parameters));
        Assert.Equal(1000.0 / 850, TranslationCost.Speedup(new(5, 10, 0, 0), default, parameters), 12);
        Assert.Equal(1, TranslationCost.Speedup(default, default, parameters));
        Assert.True(TranslationCost.Speedup(default, new(5, 10, 0, 0), parameters) < 1);
        Assert.Equal(double.PositiveInfinity, TranslationCost.Speedup(new(500, 0, 0, 0), default, parameters));
    }

    [Theory]
    [InlineData("rho", 1)]
    [InlineData("rho", -0.1)]
    [InlineData("clock-ghz", 0)]
    [InlineData("dram-ns", double.NaN)]
    [InlineData("dram-ns", 1e12)]
    [InlineData("walk-exposed", 1.5)]
    [InlineData("nothing", 1)]
    public void ValuesThatCannotBe(string name, double value) =>
        Assert.Throws<ArgumentException>(() => Parameters((name, value)));

    [Fact]
    public void EveryParameterHasAUnitASourceAndANameOfItsOwn()
    {
        var all = CostParameters.Usual.All;
        Assert.All(all, p => Assert.False(string.IsNullOrWhiteSpace(p.Source)));
        Assert.Equal(all.Count, all.Select(p => p.Name).Distinct().Count());
    }

    [Theory]
    [InlineData("symmetric")]
    [InlineData("asymmetric")]
    [InlineData("asymmetric-6.18")]
    [InlineData("ampereone-192")]
    [InlineData("sm8650")]
    public void ARepaintMakesTheTablesThatPagesHaveMoreThanBlocks(string name)
    {
        var machine = MachineFile.Parse(name, BuiltInMachines.Find(name)!);
        var mappings = MappingCost.Of(machine, LinearMapBoot.Of(machine));
        var (pages, blocks) = (mappings[0], mappings[2]);
        // 6.18 paints the alias of text in blocks whatever was decided; every other kernel has nothing left to split.
        Assert.Equal(name == "asymmetric-6.18", pages.Repaint.Tables > 0);
        Assert.Equal(Tables(pages) + pages.Repaint.Tables, Tables(blocks) + blocks.Repaint.Tables);
        // One table of 4 KB for each 2 MB: 1/512 of memory.
        double memory = machine.MemoryBytes;
        Assert.InRange((pages.Census.TableBytes + pages.Repaint.TableBytes) / memory, 1 / 512.0, 1.01 / 512);
    }

    [Fact]
    public void ContiguousGroupsAreWholeAndLoseNoPage()
    {
        var machine = MachineFile.Parse("symmetric", BuiltInMachines.Find("symmetric")!);
        var sizes = LinearPageSizes.Of(12, [new(3, 100, 12), new(512, 512, 21), new(1024, 7, 12)])
            .InContiguousGroups(machine.Geometry);
        Assert.Equal([new SizeRun(3, 13, 12), new(16, 80, 16), new(96, 7, 12), new(512, 512, 21), new(1024, 7, 12)],
            sizes.Runs.ToArray());
    }

    private static long Tables(MappingCost mapping) => mapping.Census.Tables.Sum(t => t.Value);

    private static CostParameters Parameters(params (string Name, double Value)[] set) =>
        set.Aggregate(CostParameters.Usual, (p, s) => p.With(s.Name, s.Value, ParameterOrigin.Given, "a test"));
}
