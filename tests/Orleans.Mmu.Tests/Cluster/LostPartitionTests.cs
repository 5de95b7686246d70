using Orleans.Mmu.Chaos.Processes;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Client.Laboratories;
using Orleans.Mmu.Distribution.Searches;
using Orleans.Mmu.Exploration.Partitions;
using Orleans.Mmu.Tests.Boot;
using Orleans.Mmu.Tests.Client;

namespace Orleans.Mmu.Tests.Cluster;

/// <summary>
/// A silo that is killed while its partitions explore takes states along, and no count is printed without them.
/// </summary>
public sealed class LostPartitionTests
{
    [RedisFact]
    public async Task A_silo_that_dies_in_the_middle_is_reported_in_a_line()
    {
        await using var cluster = await RedisCluster.StartAsync();
        var first = await cluster.StartSiloAsync();
        var second = await cluster.StartSiloAsync();
        await using var laboratory = await Laboratory.OpenAsync(Gateways.Of(first.Gateway), CancellationToken.None);
        string[] check = ["check", "reference-live", "--cpus", "4", "--silo", "localhost:30000"];
        var whole = await CommandRun.WithGrainsAsync(laboratory.Grains, check);
        AssertWhole(whole);

        int killed = 0;
        var grains = GrainDetour.Around<IPartitionGrain>(laboratory.Grains, async (_, _, argument, call) =>
        {
            if (argument is PartitionOrder { Ordinal: 8 } && Interlocked.Exchange(ref killed, 1) == 0)
                await second.Process.KillAsync();
            await call();
        });
        var run = await CommandRun.WithGrainsAsync(grains, check);

        Assert.Equal((ExitCode.TryAgain, ""), (run.Code, run.Out));
        Assert.Equal("a silo was lost while states were explored, and its states with it (run the command again)",
            run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Last(l => !l.StartsWith("check ", StringComparison.Ordinal)).TrimEnd());

        // The one that is left explores by itself, as soon as the cluster knows that the other is dead.
        await UntilAloneAsync(laboratory.Grains);
        var again = await CommandRun.WithGrainsAsync(laboratory.Grains, check);
        AssertWhole(again);
    }

    private static void AssertWhole(CommandRun run) =>
        Assert.True(run.Out.Contains("186,975 states", StringComparison.Ordinal), run.Out + run.Error);

    // A killed silo counts as active until the others have missed enough of its answers.
    private static async Task UntilAloneAsync(IGrainFactory grains)
    {
        using var limit = new CancellationTokenSource(TestLimit.Length);
        while ((await grains.GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true).WaitAsync(limit.Token)).Count > 1)
            limit.Token.ThrowIfCancellationRequested();
    }
}
