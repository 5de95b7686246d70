using Orleans.Mmu.Chaos.Moments;
using Orleans.Mmu.Chaos.Processes;

namespace Orleans.Mmu.Chaos.Held;

/// <summary>A Redis server that comes back without its data: no silo may go on as if it were a member.</summary>
internal static class EmptiedServer
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    /// <summary>What silos or client do that they must not, in words; null where all is as it must be.</summary>
    public static async Task<string?> WhatIsWrongAsync(CancellationToken cancellationToken)
    {
        await using var redis = await RedisCluster.StartAsync();
        RunningSilo[] silos = [await redis.StartSiloAsync(), await redis.StartSiloAsync()];
        if (BootVerdict.WhatIsWrongWith(await BootAsync(silos, cancellationToken)) is { } wrong)
            return $"before the loss: {wrong}";
        await redis.KillServerAsync();
        redis.LoseData();
        await redis.StartServerAsync();
        try
        {
            await Task.WhenAll(silos.Select(s => s.Process.Ended)).WaitAsync(Longest, cancellationToken);
        }
        catch (TimeoutException)
        {
            return "a silo goes on that the table of members does not have";
        }

        var after = await BootAsync(silos, cancellationToken);
        return after.Code == BootVerdict.TryAgain ? null
            : $"exit code {after.Code} where no silo is left: {after.Error}";
    }

    private static Task<ClientProcess> BootAsync(RunningSilo[] silos, CancellationToken cancellationToken) =>
        ClientProcess.OfAsync(
            [.. silos.Select(s => s.Gateway)], Longest, cancellationToken, "boot", "asymmetric", "--json");
}
