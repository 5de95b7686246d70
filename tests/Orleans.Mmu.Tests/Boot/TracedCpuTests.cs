using Orleans.Mmu.Arm.Tlbs;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Costs.AddressSpaces;
using Orleans.Mmu.Costs.TlbMisses;
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

    [Fact]
    public async Task A_repeat_changes_nothing_and_what_is_lost_is_noticed()
    {
        TlbConfiguration[] configurations = [new(new(Full(4), Full(4), null), new("4K", LinearPageSizes.Of(12)))];
        var setup = TracedCpuSetup.Of(IntakeShape.Of(configurations), configurations);
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
        var counts = MissCounts.Of((await grain.GetCounts(2, none))!.Counts.Single());
        Assert.Equal((2, 2), (counts.L1Misses, counts.InstructionMisses));
    }

    [Fact]
    public async Task Configurations_that_cannot_be_are_refused()
    {
        TlbConfiguration[] configurations = [new(new(Full(4), Full(4), null), new("4K", LinearPageSizes.Of(12)))];
        var good = TracedCpuSetup.Of(IntakeShape.Of(configurations), configurations);
        TracedCpuSetup[] bad =
        [
            good with { Configurations = [] },
            good with { InstructionSlots = 9 },
            good with { DataSlots = 0 },
            good with { Configurations = [good.Configurations[0] with { Mapping = 1 }] },
            good with { Configurations = [good.Configurations[0] with { Tlbs = "9999999/4/0" }] },
            good with { Mappings = [good.Mappings[0] with { ScatterPercent = 101 }] },
            good with { Mappings = [good.Mappings[0] with { Uniform = 0, Runs = [1, 2, 99] }] },
        ];
        foreach (var setup in bad)
            Assert.NotNull(await lab.Grains.GetGrain<ITracedCpuGrain>($"test/{Guid.NewGuid():N}")
                .Begin(setup, CancellationToken.None));
    }

    private static TlbGeometry Full(int entries) => TlbGeometry.Create(entries, entries);
}
