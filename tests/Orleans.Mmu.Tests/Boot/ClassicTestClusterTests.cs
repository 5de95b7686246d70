using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Interfaces.Reports;
using Orleans.Mmu.Silo.Hosting;
using Orleans.TestingHost;

namespace Orleans.Mmu.Tests.Boot;

/// <summary>The laboratory in a test cluster that chooses the ids of its cluster itself.</summary>
public sealed class ClassicTestClusterTests
{
    [Fact]
    public async Task A_machine_boots_in_a_test_cluster_with_ids_of_its_own()
    {
        var builder = new TestClusterBuilder(initialSilosCount: 2);
        builder.Options.ConfigureFileLogging = false;
        builder.AddSiloBuilderConfigurator<Laboratory>();
        await using var cluster = builder.Build();
        await cluster.DeployAsync().WaitAsync(TestLimit.Length);

        var answer = await cluster.GrainFactory.GetGrain<IMachineGrain>("classic").Boot(
            new(new("test", Lab.Small("asymmetric")), "idmap-reserved", 1, ForceRepaint: false, Trace: false),
            CancellationToken.None);

        Assert.Equal(MachineOutcome.Online, answer.Report!.Outcome);
        Assert.NotEqual("mmu", cluster.Options.ClusterId);
    }

    private sealed class Laboratory : ISiloConfigurator
    {
        public void Configure(ISiloBuilder siloBuilder) => siloBuilder.AddMmu();
    }
}
