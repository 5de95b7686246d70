using System.Globalization;
using Orleans.Mmu.Chaos.Moments;

namespace Orleans.Mmu.Chaos.Held;

/// <summary>What befalls a cluster while a call is held.</summary>
/// <param name="StrikeAsync">Does it, given the call, and lets the call go on; says what is wrong, or null.</param>
internal sealed record HeldFault(string Name, Func<MomentCluster, StruckCall, Task<string?>> StrikeAsync)
{
    private static readonly TimeSpan BetweenResets = TimeSpan.FromMilliseconds(100);

    /// <summary>The Redis server is killed, and started again after a time.</summary>
    public static IReadOnlyList<HeldFault> Redis { get; } =
        [KilledServer(0), KilledServer(1), KilledServer(5), KilledServer(12), KilledServer(25)];

    /// <summary>The clock of one silo is set.</summary>
    public static IReadOnlyList<HeldFault> Clocks { get; } =
    [
        .. new[] { -3600, -300, -30, 30, 3600 }.SelectMany(s => new[] { SetClock(s, isOwn: true), SetClock(s, false) }),
    ];

    /// <summary>Connections break, all at once, with what is in transit on them.</summary>
    public static IReadOnlyList<HeldFault> Resets { get; } =
    [
        .. from whose in new[] { "silos", "clients" }
           from times in new[] { 1, 2, 4 }
           from isOwn in new[] { true, false }
           select Reset(whose, times, isOwn),
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
                return null;
            await Task.Delay(TimeSpan.FromSeconds(seconds));
            await cluster.Redis.StartServerAsync();
            return null;
        });

    /// <param name="whose">The connections between silos, or those of clients.</param>
    /// <param name="times">How often they break, the first time while the call is held.</param>
    /// <param name="isOwn">The connections of the silo that holds the call, or of another one.</param>
    private static HeldFault Reset(string whose, int times, bool isOwn) => new(
        string.Create(CultureInfo.InvariantCulture,
            $"{times} resets of the connections of {whose} to {(isOwn ? "its" : "another")} silo"),
        async (cluster, struck) =>
        {
            int silo = isOwn ? struck.Silo : (struck.Silo + 1) % cluster.Silos;
            await cluster.BreakAsync(silo, whose);
            await cluster.ClearAsync();
            for (int i = 1; i < times; i++)
            {
                await Task.Delay(BetweenResets);
                await cluster.BreakAsync(silo, whose);
            }

            return null;
        });

    private static HeldFault SetClock(int seconds, bool isOwn) => new(
        string.Create(CultureInfo.InvariantCulture,
            $"the clock of {(isOwn ? "its" : "another")} silo is set by {seconds} s"),
        async (cluster, struck) =>
        {
            await cluster.SetClockAsync(isOwn ? struck.Silo : (struck.Silo + 1) % cluster.Silos, seconds);
            await cluster.ClearAsync();
            return null;
        });
}
