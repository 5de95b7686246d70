using Orleans.Mmu.Chaos.Held;
using Orleans.Mmu.Chaos.Moments;
using Orleans.Mmu.Interfaces.Calls;
using Orleans.Mmu.Interfaces.Cpus;
using Orleans.Mmu.Interfaces.Machines;

namespace Orleans.Mmu.Chaos.Attacks;

/// <summary>Attacks on a machine whose boot is held: clients that mean harm, at every gateway.</summary>
internal static class AttackFaults
{
    // Above the 8 MB that a message may have.
    private const int TooLong = 9 << 20;

    private static readonly CancellationToken None = CancellationToken.None;

    public static IReadOnlyList<HeldFault> All { get; } =
    [
        new("forbidden calls", async (cluster, struck) =>
        {
            // Some of them wait for the turn of the grain whose call is held.
            var attacks = ForbiddenCall.All.Select(c => WhatIsWrongAsync(cluster, c, struck.Machine)).ToArray();
            await cluster.ClearAsync();
            return (await Task.WhenAll(attacks)).FirstOrDefault(w => w is not null);
        }),
        .. MessageLie.All.Select(lie => new HeldFault($"messages that lie: {lie.Name}", async (cluster, struck) =>
        {
            await EndsEveryConnectionAsync(
                cluster, lie.Reason, lie.Forge, grains => grains.GetGrain<ICpuGrain>($"{struck.Machine}/1").Die(None));
            await cluster.ClearAsync();
            return null;
        })),
        new("a message that is too long", async (cluster, struck) =>
        {
            var request = new BootRequest(new("m.json", new(' ', TooLong)), "idmap-reserved", 1, false, false);
            await EndsEveryConnectionAsync(cluster, "expected messages of at most 64 KB and 8 MB, found", head => head,
                grains => grains.GetGrain<IMachineGrain>(struck.Machine).Boot(request, None));
            await cluster.ClearAsync();
            return null;
        }),
    ];

    private static async Task<string?> WhatIsWrongAsync(MomentCluster cluster, ForbiddenCall call, string machine)
    {
        foreach (var gateway in cluster.Gateways)
        {
            await using var attacker = await new AttackingClient().ConnectAsync(gateway);
            try
            {
                await call.CallAsync(attacker.Grains, machine);
                return $"the silo performed {call.Name} for a client";
            }
            catch (RefusedException e) when (e.Message == call.Refusal)
            {
                // As it must be.
            }
        }

        return null;
    }

    private static async Task EndsEveryConnectionAsync(
        MomentCluster cluster, string reason, Func<byte[], byte[]> forge, Func<IGrainFactory, Task> call)
    {
        for (int silo = 0; silo < cluster.Silos; silo++)
        {
            int[] from = cluster.Lines();
            await using var attacker = await new AttackingClient().ConnectAsync(cluster.Gateways[silo]);
            attacker.ForgeHead = forge;
            _ = call(attacker.Grains);
            await cluster.Process(silo).HearAsync(
                l => l.Contains(reason, StringComparison.Ordinal), from[silo]);
        }
    }
}
