using System.Globalization;
using Orleans.Mmu.Chaos.Attacks;
using Orleans.Mmu.Chaos.Moments;
using Orleans.Mmu.Grains.Options;

namespace Orleans.Mmu.Chaos.Held;

/// <summary>Faults at moments of boots one after another, on two silos.</summary>
public static class HeldCampaign
{
    private const int Silos = 2;

    /// <summary>The Redis server is killed and started again; once, it comes back without its data.</summary>
    /// <inheritdoc cref="RunAsync"/>
    public static async Task<bool> RedisAsync(
        int trials, long seed, TextWriter output, TextWriter progress, CancellationToken cancellationToken)
    {
        string? wrong = await EmptiedServer.WhatIsWrongAsync(cancellationToken);
        await output.WriteLineAsync(
            $"a server without its data: {wrong ?? "both silos ended, and the client was told to try again"}");
        return await RunAsync(HeldFault.Redis, trials, seed, isOpen: true, output, progress, cancellationToken)
            && wrong is null;
    }

    /// <summary>Clocks of silos are set.</summary>
    /// <inheritdoc cref="RunAsync"/>
    public static Task<bool> ClocksAsync(
        int trials, long seed, TextWriter output, TextWriter progress, CancellationToken cancellationToken) =>
        RunAsync(HeldFault.Clocks, trials, seed, isOpen: true, output, progress, cancellationToken);

    /// <summary>Connections of silos or clients break.</summary>
    /// <inheritdoc cref="RunAsync"/>
    public static Task<bool> ResetsAsync(
        int trials, long seed, TextWriter output, TextWriter progress, CancellationToken cancellationToken) =>
        RunAsync(HeldFault.Resets, trials, seed, isOpen: true, output, progress, cancellationToken);

    /// <summary>Clients attack a machine that boots; the silos admit clients as a user's silos do.</summary>
    /// <inheritdoc cref="RunAsync"/>
    public static Task<bool> AttacksAsync(
        int trials, long seed, TextWriter output, TextWriter progress, CancellationToken cancellationToken) =>
        RunAsync(AttackFaults.All, trials, seed, isOpen: false, output, progress, cancellationToken);

    /// <param name="trials">How many trials of whole clusters there are.</param>
    /// <param name="seed">The first seed.</param>
    /// <param name="isOpen">Whether clients may call the grains inside machines (Silo:Inspection).</param>
    /// <param name="output">The logs of each trial that went wrong, and the sums.</param>
    /// <param name="progress">A line for each trial.</param>
    /// <returns>Whether everything was as it must be.</returns>
    private static async Task<bool> RunAsync(IReadOnlyList<HeldFault> faults, int trials, long seed, bool isOpen,
        TextWriter output, TextWriter progress, CancellationToken cancellationToken)
    {
        var results = new List<HeldResult>();
        while (results.Count(IsWhole) < trials)
        {
            await using var cluster = await MomentCluster.StartAsync(
                Silos, MachineSpread.Together, isOpen);
            while (results.Count(IsWhole) < trials && await cluster.MakeWholeAsync())
            {
                var result = await HeldTrial.PerformAsync(cluster, HeldCase.Of(seed, faults), cancellationToken);
                results.Add(result);
                await progress.WriteLineAsync(result.ToString());
                if (result.Wrong is not null)
                {
                    await output.WriteLineAsync(result.ToString());
                    await cluster.WriteLogsAsync(output);
                }

                if (!IsWhole(result))
                    break;
                seed++;
            }
        }

        var whole = results.Where(IsWhole).ToList();
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"{whole.Count} trials, {results.Count - whole.Count} not whole; {whole.Count(r => r.IsHeld)} struck, "
            + $"{whole.Count(r => r.Wrong is not null)} wrong; longest wait of a client "
            + $"{whole.Select(r => r.Client?.Took.TotalSeconds ?? 0).DefaultIfEmpty().Max():0.0} s"));
        return whole.TrueForAll(r => r.Wrong is null);
    }

    private static bool IsWhole(HeldResult result) => result.Active.Start == Silos;
}
