using Orleans.Mmu.Testing.Faults;
using Orleans.Mmu.Testing.Laboratories;
using Orleans.Mmu.Testing.Machines;
using Orleans.TestingHost;
using Xunit;

namespace RaceTests;

/// <summary>A repaint whose messages come twice, late or unanswered.</summary>
public sealed class FaultyNetworkTests
{
    [Theory]
    [InlineData("idmap-reserved", false)]
    [InlineData("spin", true)]
    public async Task The_verdict_is_the_protocol_s_and_not_the_network_s(string protocol, bool races)
    {
        var faults = new MessageFaults();
        var builder = new InProcessTestClusterBuilder(initialSilosCount: 2);
        builder.ConfigureSilo((_, silo) => silo.AddMmu(faults));
        await using var cluster = builder.Build();
        await cluster.DeployAsync();

        for (long seed = 1; seed <= 5; seed++)
        {
            faults.Reset();
            faults.Fate = SeededFaults.Of(seed);
            var (_, report) = await cluster.Client.BootMachineAsync(SmallMachine.Of("asymmetric"), protocol, seed);
            Assert.True(faults.Met > 0);
            Assert.Equal(races, report.Violations.Any(v => v.Rule == "tlb-conflict"));
        }
    }
}
