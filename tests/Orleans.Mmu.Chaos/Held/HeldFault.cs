using System.Globalization;
using Orleans.Mmu.Chaos.Moments;

namespace Orleans.Mmu.Chaos.Held;

/// <summary>What befalls a cluster while a call is held.</summary>
/// <param name="StrikeAsync">Does it, given the silo that holds the call, and lets the call go on.</param>
internal sealed record HeldFault(string Name, Func<MomentCluster, int, Task> StrikeAsync)
{
    /// <summary>The Redis server is killed, and started again after a time.</summary>
    public static IReadOnlyList<HeldFault> Redis { get; } =
        [KilledServer(0), KilledServer(1), KilledServer(5), KilledServer(12), KilledServer(25)];

    /// <summary>The clock of one silo is set.</summary>
    public static IReadOnlyList<HeldFault> Clocks { get; } =
    [
        .. new[] { -3600, -300, -30, 30, 3600 }.SelectMany(s => new[] { SetClock(s, isOwn: true), SetClock(s, false) }),
    ];

    /// <param name="seconds">How long the server is down after the call goes on; 0: it is up before.</param>
    public static HeldFault KilledServer(int seconds) => new(
        string.Create(CultureInfo.InvariantCulture, $"the server is killed and down for {seconds} s"),
        async (cluster, _) =>
        {
            await cluster.Redis.KillServerAsync();
            if (seconds == 0)
                await cluster.Redis.StartServerAsync();
            await cluster.ClearAsync();
            if (seconds == 0)
                return;
            await Task.Delay(TimeSpan.FromSeconds(seconds));
            await cluster.Redis.StartServerAsync();
        });

    private static HeldFault SetClock(int seconds, bool isOwn) => new(
        string.Create(CultureInfo.InvariantCulture,
            $"the clock of {(isOwn ? "its" : "another")} silo is set by {seconds} s"),
        async (cluster, silo) =>
        {
            await cluster.SetClockAsync(isOwn ? silo : (silo + 1) % cluster.Silos, seconds);
            await cluster.ClearAsync();
        });
}
