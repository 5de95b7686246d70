using Orleans.Hosting;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Silo.Hosting;
using Orleans.Mmu.Testing.Machines;
using Orleans.TestingHost;
using Xunit;

namespace RaceTests;

/// <summary>A block is split under a CPU that has cached it.</summary>
public sealed class SplitRaceTests
{
    // The first page would take the block's way in its set of the TLB.
    private const ulong SecondPage = 4096;

    [Fact]
    public async Task A_CPU_of_BBM_level_0_that_walks_before_and_after_the_split_holds_a_block_and_a_page()
    {
        var builder = new TestClusterBuilder(initialSilosCount: 2);
        builder.AddSiloBuilderConfigurator<Machines>();
        await using var cluster = builder.Build();
        await cluster.DeployAsync();
        var machine = await SteppedMachine.PaintAsync(cluster.GrainFactory, SmallMachine.Of("asymmetric"));
        await machine.PowerOnAsync();
        var address = machine.Range(RepaintRange.BelowText).Start + SecondPage;

        await machine.SpeculateAsync(cpu: 4, address);
        await machine.SplitAsync(RepaintRange.BelowText);
        var found = await machine.SpeculateAsync(cpu: 4, address);

        Assert.Equal("tlb-conflict", Assert.Single(found).Property.Name);
        Assert.Equal([12, 21], (await machine.HeldAsync(cpu: 4, address)).Select(e => e.Shift).Order());
    }

    private sealed class Machines : ISiloConfigurator
    {
        public void Configure(ISiloBuilder siloBuilder) => siloBuilder.AddMmu();
    }
}
