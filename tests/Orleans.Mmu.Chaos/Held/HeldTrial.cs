using System.Globalization;
using Orleans.Mmu.Chaos.Moments;
using Orleans.Mmu.Chaos.Processes;

namespace Orleans.Mmu.Chaos.Held;

/// <summary>What became of a machine while whose boot something befell the cluster.</summary>
/// <param name="IsHeld">The boot came to the moment.</param>
/// <param name="Client">What the command mmu came to; null where the cluster was not whole.</param>
/// <param name="Active">Active silos at the trial's start, and at its end before dead ones are replaced.</param>
/// <param name="Wrong">How the verdict or the machine differ from an undisturbed boot's; null where they do
/// not.</param>
internal sealed record HeldResult(
    HeldCase Case, bool IsHeld, ClientProcess? Client, (int Start, int End) Active, string? Wrong)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Case}: {(IsHeld ? "struck" : "not reached")}, {Active.Start} silos active, {Active.End} at the end; exit "
        + $"{Client?.Code} after {Client?.Took.TotalSeconds:0.0} s{(Wrong is null ? "" : "; WRONG: " + Wrong)}");
}

/// <summary>Boots a machine with the command mmu and strikes the cluster at a moment of its boot.</summary>
internal static class HeldTrial
{
    // The last resort of a trial that nothing ends.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    /// <summary>One trial, on a cluster that is whole when it begins.</summary>
    public static async Task<HeldResult> PerformAsync(
        MomentCluster cluster, HeldCase trial, CancellationToken cancellationToken)
    {
        int start = (await cluster.ActiveAsync(0))?.Length ?? 0;
        if (start != cluster.Silos)
            return new(trial, false, null, (start, start), null);
        for (int i = 0; i < cluster.Silos; i++)
            await cluster.StrikeAsync(i, trial.Hold);
        int[] from = cluster.Lines();
        var client = ClientProcess.OfAsync(cluster.Gateways, Longest, cancellationToken, "boot", "asymmetric", "--seed",
            trial.Seed.ToString(CultureInfo.InvariantCulture), "--json");
        var struck = cluster.HearAsync(l => l.StartsWith("struck ", StringComparison.Ordinal), from);
        bool isHeld = await Task.WhenAny(struck, client) == struck;
        string? wrong = null;
        if (isHeld)
        {
            var (silo, line) = await struck;
            wrong = await trial.Fault.StrikeAsync(cluster, StruckCall.Of(silo, line));
        }

        var run = await client;
        await cluster.ClearAsync();
        int end = 0;
        for (int i = 0; i < cluster.Silos; i++)
            end = Math.Max(end, (await cluster.ActiveAsync(i))?.Length ?? 0);
        bool isWhole = await cluster.MakeWholeAsync();
        wrong ??= BootVerdict.WhatIsWrongWith(run) ?? (isWhole ? null : "the cluster did not become whole again");
        if (wrong is null)
        {
            var (machine, cpus) = BootVerdict.MachineOf(run);
            wrong = await cluster.WhatIsWrongWithAsync(machine, cpus);
        }

        return new(trial, isHeld, run, (start, end), wrong);
    }
}
