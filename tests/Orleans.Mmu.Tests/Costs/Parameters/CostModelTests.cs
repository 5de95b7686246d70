using CsCheck;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Costs.AddressSpaces;
using Orleans.Mmu.Costs.Parameters;
using Orleans.Mmu.Linux.Boot;
using Orleans.Mmu.Linux.Capabilities;
using Orleans.Mmu.Linux.Costs;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.MachineFiles;
using Orleans.Mmu.Linux.Machines;
using Orleans.Mmu.Linux.Splitting;

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
    public void OneUtilizationLinksThroughputAndP99()
    {
        Assert.Equal(0.904, QueueModel.PercentileRatio(1 / 1.035, 0.67), 3);
        Gen.Select(Gen.Double[0.5, 0.999], Gen.Double[0, 0.99]).ForAll((service, rho) =>
            Assert.Equal(rho, QueueModel.Utilization(service, QueueModel.PercentileRatio(service, rho)), 1e-7));
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
    public void ARepaintMakesTheTablesThatTheKernelsSplitMakes(string name)
    {
        var machine = MachineFile.Parse(name, BuiltInMachines.Find(name)!);
        var boot = LinearMapBoot.Of(machine);
        var mappings = MappingCost.Of(machine, boot);
        Assert.Equal(["pages", "contiguous", "blocks", "booted"], mappings.Select(m => m.Name));
        long pages = SplitBlocks(machine, new(ForcePages: true, RequiresBbml2: false));
        long blocks = SplitBlocks(machine, new(ForcePages: false, RequiresBbml2: true));

        Assert.True(blocks > pages);
        Assert.Equal([pages, pages, blocks], mappings.Take(3).Select(m => m.Repaint.Blocks));
        // What a boot has repainted needs no repaint.
        Assert.Equal(boot.Mode switch { BootMode.Block => blocks, BootMode.Page => pages, _ => 0 },
            mappings[3].Repaint.Blocks);
        if (boot.Mode == BootMode.Repaint)
            Assert.Equal(boot.SplitBlocks, RepaintCost.Of(boot).Blocks);
        // One table of 4 KB for each 2 MB: 1/512 of memory, but for the image's alias.
        var (tables, repaint) = (mappings[2].Census, mappings[2].Repaint);
        Assert.InRange((tables.TableBytes + repaint.TableBytes) / (double)machine.MemoryBytes, 0.98 / 512, 1.01 / 512);
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

    // What the kernel's own split finds in a map that map_mem() has just painted.
    private static long SplitBlocks(MachineDescription machine, PaintDecision decision)
    {
        var painter = new LinearMapPainter(machine);
        var split = new RangeSplit(new TableEditor(painter.Paint(decision)), painter.Pages, painter.Swapper);
        return Enum.GetValues<RepaintRange>()
            .Sum(range => split.Advance(LinearRange.Of(range, machine), long.MaxValue).Blocks);
    }

    private static CostParameters Parameters(params (string Name, double Value)[] set) =>
        set.Aggregate(CostParameters.Usual, (p, s) => p.With(s.Name, s.Value, ParameterOrigin.Given, "a test"));
}
