using Orleans.Mmu.Chaos.Crashes;
using Orleans.Mmu.Chaos.Network;

namespace Orleans.Mmu.Tests.Cluster;

/// <summary>The short versions of what the chaos program does for longer.</summary>
public sealed class ChaosTests
{
    [RedisFact]
    public async Task A_silo_that_is_killed_in_the_middle_of_a_boot_loses_no_machine()
    {
        var output = new StringWriter();
        Assert.True(await CrashCampaign.RunAsync(crashes: 5, seed: 1, output, TextWriter.Null, CancellationToken.None),
            output.ToString());
        Assert.Contains("all: 5 boots", output.ToString(), StringComparison.Ordinal);
    }
}

/// <summary>A minute of a hostile network.</summary>
public sealed class HostileNetworkTests
{
    [Fact]
    public async Task A_minute_of_a_hostile_network_changes_no_verdict()
    {
        var output = new StringWriter();
        var (boots, wrong) = await HostileCampaign.RunAsync(
            TimeSpan.FromMinutes(1), atLeast: 11, seed: 1, output, TextWriter.Null, CancellationToken.None);
        Assert.True(wrong.Count == 0, output.ToString());
        Assert.True(boots > 10, output.ToString());
    }
}
