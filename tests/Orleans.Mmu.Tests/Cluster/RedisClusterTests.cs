using Orleans.Mmu.Chaos.Processes;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Client.Laboratories;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Interfaces.Reports;
using Orleans.Mmu.Linux.ProtocolFiles;
using Orleans.Mmu.Tests.Client;
using StackExchange.Redis;

namespace Orleans.Mmu.Tests.Cluster;

/// <summary>Silos as processes that meet in Redis.</summary>
public sealed class RedisClusterTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [RedisFact]
    public async Task What_a_machine_came_to_outlives_every_silo()
    {
        await using var cluster = await RedisCluster.StartAsync();
        var first = await cluster.StartSiloAsync();
        var second = await cluster.StartSiloAsync();
        string key = $"test-{Guid.NewGuid():N}";
        var request = new BootRequest(new("test", Orleans.Mmu.Tests.Boot.Lab.Small("asymmetric")),
            RepaintProtocols.IdmapReserved.Name, 1, false, false);
        BootReport report;
        await using (var laboratory = await ConnectAsync(first))
        {
            report = (await laboratory.Grains.GetGrain<IMachineGrain>(key).Boot(request, None)).Report!;
            Assert.Equal(("repaint", 0), (report.Mode, report.Violations.Length));
        }

        // The other one is the same cluster.
        await using (var laboratory = await ConnectAsync(second))
            Assert.Equal(MachineOutcome.Online, await laboratory.Grains.GetGrain<IMachineGrain>(key).GetOutcome(None));

        await first.Process.KillAsync();
        await second.Process.KillAsync();
        var third = await cluster.StartSiloAsync();
        await using (var laboratory = await ConnectAsync(third))
        {
            var machine = laboratory.Grains.GetGrain<IMachineGrain>(key);
            Assert.Equal(MachineOutcome.Online, await machine.GetOutcome(None));
            var again = (await machine.Boot(request, None)).Report!;
            Assert.Equal((report.Mode, report.Seed, report.Log.Length), (again.Mode, again.Seed, again.Log.Length));
            var list = await CommandRun.WithGrainsAsync(laboratory.Grains, "cluster", "--silo", "localhost:30000");
            Assert.Contains($" {key} ", list.Out, StringComparison.Ordinal);
            await AssertRemovalLeavesNothingAsync(cluster, laboratory, key);
        }
    }

    private static async Task AssertRemovalLeavesNothingAsync(
        RedisCluster cluster, ILaboratory laboratory, string key)
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(cluster.Redis);
        var server = redis.GetServers().Single();
        Assert.Contains(server.Keys(), k => k.ToString().Contains($"{key}/1", StringComparison.Ordinal));
        var run = await CommandRun.WithGrainsAsync(
            laboratory.Grains, "cluster", "remove", key, "--silo", "localhost:30000");
        Assert.Equal((ExitCode.Done, $"removed {key}\n1 machine removed\n"), (run.Code, run.Out));
        Assert.DoesNotContain(server.Keys(), k => k.ToString().Contains(key, StringComparison.Ordinal));
        var list = await CommandRun.WithGrainsAsync(laboratory.Grains, "cluster", "--silo", "localhost:30000");
        Assert.DoesNotContain(key, list.Out, StringComparison.Ordinal);
    }

    [RedisFact]
    public async Task A_silo_without_its_Redis_server_says_so()
    {
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => ChildProcess.StartAsync("dotnet",
            [Path.Combine(AppContext.BaseDirectory, "Orleans.Mmu.Silo.dll"), "--Silo:Clustering=Redis",
            "--Silo:Redis=127.0.0.1:1", "--Silo:SiloPort=17111", "--Silo:GatewayPort=17112", "--Silo:HttpPort=17113"],
            "silo ready"));
        Assert.EndsWith(
            "the silo cannot run: Silo:Redis: expected a Redis server at 127.0.0.1:1, found none that answers",
            failure.Message.TrimEnd(), StringComparison.Ordinal);
    }

    private static Task<ILaboratory> ConnectAsync(RunningSilo silo) =>
        Laboratory.OpenAsync(Gateways.Of(silo.Gateway), None);
}

/// <summary>A test that needs a Redis server; skipped, saying why, where none is installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RedisFactAttribute : FactAttribute
{
    public RedisFactAttribute() => Skip = RedisCluster.Missing;
}

/// <inheritdoc cref="RedisFactAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RedisTheoryAttribute : TheoryAttribute
{
    public RedisTheoryAttribute() => Skip = RedisCluster.Missing;
}
