using Orleans.Mmu.Chaos.Freezes;
using Orleans.Mmu.Chaos.Held;
using Orleans.Mmu.Chaos.Moments;
using Orleans.Mmu.Grains.Options;

namespace Orleans.Mmu.Tests.Cluster;

/// <summary>
/// Silos and Redis servers that are struck at a moment of a repaint. A strike falls inside a call, and what follows
/// waits for lines that silos write, so that nothing depends on how fast the machine is.
/// </summary>
public sealed class FreezeTests(TwoSilosWithFuses fixture) : IClassFixture<TwoSilosWithFuses>
{
    [RedisFact]
    public async Task A_coordinator_that_is_frozen_and_goes_on_after_its_follower_changes_nothing()
    {
        var cluster = await fixture.ClusterAsync();
        await FreezeAsync(cluster, new(StrikeKind.Freeze, Moment.Gathering, IsBefore: false, 1, 1, 1));
        await FreezeAsync(cluster, new(StrikeKind.Freeze, Moment.Split, IsBefore: true, 1, 1, 1));
    }

    [RedisFact]
    public async Task A_Redis_server_that_is_killed_and_started_again_in_a_repaint_loses_nothing()
    {
        var cluster = await fixture.ClusterAsync();
        Assert.True(await cluster.MakeWholeAsync());
        var hold = new Strike(StrikeKind.Hold, Moment.Changing, IsBefore: false, Nth: 1);
        var result = await HeldTrial.PerformAsync(
            cluster, new(1, hold, HeldFault.KilledServer(0)), CancellationToken.None);
        Assert.True(result is { IsHeld: true, Active.Start: 2, Wrong: null }, result.ToString());
    }

    private static async Task FreezeAsync(MomentCluster cluster, Strike strike)
    {
        Assert.True(await cluster.MakeWholeAsync());
        var freeze = new FreezeCase(
            Seed: 1, Silos: 2, MachineSpread.Together, "asymmetric", strike, Second: null, ThawWhen.TakenUp);
        var result = await new FreezeTrial(cluster, freeze).PerformAsync(CancellationToken.None);
        Assert.True(result is { IsWhole: true, IsGood: true, Frozen: 1, TakenUp: > 0 }, result.ToString());
    }
}

/// <summary>
/// Two silos and a Redis server for all tests of a class: a silo's start costs more than most of what follows. Each
/// test makes the cluster whole before it strikes.
/// </summary>
public sealed class TwoSilosWithFuses : IAsyncLifetime
{
    // Where no Redis server is installed, the tests are skipped and no cluster starts.
    private readonly Lazy<Task<MomentCluster>> _cluster =
        new(() => MomentCluster.StartAsync(2, MachineSpread.Together));

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_cluster.IsValueCreated)
            await (await _cluster.Value).DisposeAsync();
    }

    internal Task<MomentCluster> ClusterAsync() => _cluster.Value;
}
