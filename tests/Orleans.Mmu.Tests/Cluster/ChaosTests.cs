using Orleans.Mmu.Chaos.Crashes;
using Orleans.Mmu.Chaos.Network;
using Orleans.Mmu.Grains.Options;

namespace Orleans.Mmu.Tests.Cluster;

/// <summary>The short versions of what the chaos program does for longer.</summary>
public sealed class ChaosTests
{
    [RedisFact]
    public async Task A_silo_that_is_killed_in_the_middle_of_a_boot_loses_no_machine()
    {
        var output = new StringWriter();
        // The start of a silo costs more than a crash: one silo, two with spread grains, three with grains together.
        (int, MachineSpread)[] clusters =
            [(1, MachineSpread.Together), (2, MachineSpread.Spread), (3, MachineSpread.Together)];
        Assert.True(
            await CrashCampaign.RunAsync(
                clusters, crashes: 5, seed: 1, output, TextWriter.Null, CancellationToken.None),
            output.ToString());
        Assert.Contains("all: 5 boots", output.ToString(), StringComparison.Ordinal);
    }
}

/// <summary>A hostile network, with silos in this process.</summary>
public sealed class HostileNetworkTests
{
    [Fact]
    public async Task Sixty_boots_over_a_hostile_network_change_no_verdict()
    {
        var output = new StringWriter();
        var (boots, wrong) = await HostileCampaign.RunAsync(
            TimeSpan.Zero, atLeast: 60, seed: 1, output, TextWriter.Null, CancellationToken.None);
        Assert.True(wrong.Count == 0, output.ToString());
        Assert.Equal(60, boots);
        Assert.DoesNotContain(" 0 partitions", output.ToString(), StringComparison.Ordinal);
    }
}
