using Orleans.Mmu.Arm.Tlbs;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Costs.AddressSpaces;
using Orleans.Mmu.Costs.TlbMisses;
using Orleans.Mmu.Distribution.Surrogates;
using Orleans.Mmu.Distribution.TlbReplays;
using Orleans.Mmu.Tests.Client;
using Orleans.Mmu.Tests.Costs.MemoryTraces;

namespace Orleans.Mmu.Tests.Boot;

/// <summary>
/// Configurations spread over grains of two silos count what one process counts, and never less without saying so.
/// </summary>
[Collection(nameof(TwoSilos))]
public sealed class TracedCpuTests(TwoSilos lab) : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mmu");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task A_sweep_on_grains_prints_what_it_prints_here()
    {
        var trace = new KtrText();
        var random = new Random(7);
        // Several batches of pages that no short list holds.
        for (int i = 0; i < 50_000; i++)
            trace.Cpu(i & 3).Instructions(0xffff800008000000 + ((ulong)random.Next(2000) << 12), 20)
                .Data(0xffff000000000000 + ((ulong)random.Next(5000) << 12));
        string file = Path.Combine(_directory.FullName, "t.ktr");
        await File.WriteAllBytesAsync(file, trace.ToArray());
        string[] sweep = ["tlb", file, "--sweep", "--map", "4K,2M,symmetric", "--json"];
        var here = await CommandRun.WithoutSiloAsync(sweep);
        var there = await CommandRun.WithGrainsAsync(lab.Grains, [.. sweep, "--silo", "localhost:30000"]);
        Assert.Equal((ExitCode.Done, ExitCode.Done), (here.Code, there.Code));
        Assert.Equal(here.Out, there.Out);
    }

    [Theory]
    [InlineData(nameof(ITracedCpuGrain.Forget), ExitCode.Done)]
    [InlineData(nameof(ITracedCpuGrain.GetCounts), ExitCode.TryAgain)]
    public async Task Every_grain_is_told_to_go_and_a_result_does_not_depend_on_that(string lost, int code)
    {
        var trace = new KtrText().Cpu(0).Instructions(0xffff800008000000, 20);
        string file = Path.Combine(_directory.FullName, "t.ktr");
        await File.WriteAllBytesAsync(file, trace.ToArray());
        var (begun, told) = (new HashSet<string>(), new HashSet<string>());
        var grains = GrainDetour.Around<ITracedCpuGrain>(lab.Grains, (grain, method, _, call) =>
        {
            if (method == nameof(ITracedCpuGrain.Begin))
                begun.Add(grain);
            if (method == nameof(ITracedCpuGrain.Forget))
                told.Add(grain);
            return method == lost ? Task.FromException(new TimeoutException("lost")) : call();
        });

        var run = await CommandRun.WithGrainsAsync(grains, "tlb", file, "--map", "4K", "--silo", "localhost:30000");

        Assert.Equal(code, run.Code);
        Assert.NotEmpty(begun);
        Assert.Equal(begun, told);
    }

    [Fact]
    public async Task A_repeat_changes_nothing_and_what_is_lost_is_noticed()
    {
        TlbConfiguration[] configurations = [new(new(Full(4), Full(4), null), new("4K", LinearPageSizes.Of(12)))];
        var setup = new TracedCpuSetup(IntakeShape.Of(configurations), [.. configurations]);
        var grain = lab.Grains.GetGrain<ITracedCpuGrain>($"test/{Guid.NewGuid():N}");
        var none = CancellationToken.None;
        Assert.False(await grain.Hear(TraceBatch.Of(1, [1UL << 12]), none));
        Assert.Null(await grain.Begin(setup, none));
        Assert.True(await grain.Hear(TraceBatch.Of(1, [1UL << 12]), none));
        Assert.True(await grain.Hear(TraceBatch.Of(1, [1UL << 12, 2UL << 12 | 1]), none));
        Assert.Null(await grain.Begin(setup, none));
        Assert.False(await grain.Hear(TraceBatch.Of(3, []), none));
        Assert.True(await grain.Hear(TraceBatch.Of(2, [2UL << 12 | 1]), none));
        Assert.Null(await grain.GetCounts(3, none));
        var counts = (await grain.GetCounts(2, none))!.Counts.Single();
        Assert.Equal((2, 2), (counts.L1Misses, counts.InstructionMisses));
    }

    [Fact]
    public async Task Configurations_that_cannot_be_are_refused()
    {
        TlbConfiguration[] configurations = [new(new(Full(4), Full(4), null), new("4K", LinearPageSizes.Of(12)))];
        var good = new TracedCpuSetup(IntakeShape.Of(configurations), [.. configurations]);
        var mapping = configurations[0].Mapping;
        TracedCpuSetup[] bad =
        [
            good with { Configurations = [] },
            good with { Configurations = default },
            good with { Configurations = [null!] },
            good with { Shape = null! },
            good with { Shape = good.Shape with { InstructionSlots = 9 } },
            good with { Shape = good.Shape with { DataSlots = 0 } },
            Of(mapping with { ScatterPercent = 101 }),
            Of(mapping with { UserLog2 = 99 }),
            Of(mapping with { Linear = LinearPageSizes.Of(12, [new(1, 2, 99)]) }),
            Of(mapping with { Linear = LinearPageSizes.Of(13, []) }),
            good with { Configurations = [configurations[0] with { Descriptors = new(-1, 0) }] },
        ];
        foreach (var setup in bad)
            Assert.NotNull(await lab.Grains.GetGrain<ITracedCpuGrain>($"test/{Guid.NewGuid():N}")
                .Begin(setup, CancellationToken.None));

        TracedCpuSetup Of(TracedMapping changed) =>
            good with { Configurations = [configurations[0] with { Mapping = changed }] };
    }

    // A core type cannot be built wrong, so a message that says otherwise fails where it is read.
    [Fact]
    public void A_message_of_TLBs_that_cannot_be_is_refused_where_it_is_read()
    {
        Assert.ThrowsAny<ArgumentException>(() => new TlbGeometryConverter().ConvertFromSurrogate(new(9999999, 4)));
        Assert.ThrowsAny<ArgumentException>(() => new TlbGeometryConverter().ConvertFromSurrogate(new(4, 0)));
        Assert.ThrowsAny<ArgumentException>(() => new WalkCachesConverter().ConvertFromSurrogate(new(null, [])));
        Assert.ThrowsAny<ArgumentException>(() => new WalkCachesConverter().ConvertFromSurrogate(default));
        Assert.ThrowsAny<ArgumentException>(() => new TlbHierarchyConverter().ConvertFromSurrogate(default));
        Assert.ThrowsAny<ArgumentException>(() => new TracedMappingConverter().ConvertFromSurrogate(default));
        Assert.ThrowsAny<ArgumentException>(() => new TlbConfigurationConverter().ConvertFromSurrogate(default));
        Assert.ThrowsAny<ArgumentException>(
            () => new LinearPageSizesConverter().ConvertFromSurrogate(new(99, 12, [])));
        Assert.ThrowsAny<ArgumentException>(() => new MissCountsConverter().ConvertFromSurrogate(new([1, 2])));
    }

    private static TlbGeometry Full(int entries) => TlbGeometry.Create(entries, entries);
}
