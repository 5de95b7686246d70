using System.Diagnostics;
using System.Globalization;
using Orleans.Mmu.Arm.Choices;
using Orleans.Mmu.Chaos.Processes;
using Orleans.Mmu.Client.Laboratories;
using Orleans.Mmu.Interfaces.Cpus;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Linux.MachineFiles;
using Orleans.Mmu.Linux.ProtocolFiles;

namespace Orleans.Mmu.Chaos.Network;

/// <summary>
/// Boots over a hostile network, each from a seed, and the same without: verdict, violations, map and CPUs must be the
/// same, and the end must come.
/// </summary>
public static class HostileCampaign
{
    // A last resort against a boot that never ends: a busy machine must not reach it.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);
    private static readonly string[] Machines = ["asymmetric", "symmetric", "no-bbml2", "late-n1"];

    /// <param name="length">How long to go on; the boot that is on its way then is the last.</param>
    /// <param name="atLeast">How many boots there are at least, however long they take.</param>
    /// <param name="seed">The first seed.</param>
    /// <param name="output">A line for each boot that went wrong, and the sums.</param>
    /// <param name="progress">A line for every hundredth boot.</param>
    /// <returns>How many boots there were, and those that went wrong, in words.</returns>
    public static async Task<(int Boots, IReadOnlyList<string> Wrong)> RunAsync(
        TimeSpan length, int atLeast, long seed, TextWriter output, TextWriter progress,
        CancellationToken cancellationToken)
    {
        var wrong = new List<string>();
        var slowest = TimeSpan.Zero;
        int boots = 0, met = 0, lost = 0, cuts = 0, shrunk = 0;
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < length || boots < atLeast)
        {
            // A cluster does not last for ever: what a partition leaves behind must not only be clean at the start.
            await using var cluster = await HostileCluster.StartAsync((short)(2 + seed % 2));
            for (int i = 0; i < 200 && (watch.Elapsed < length || boots < atLeast); i++, seed++)
            {
                // Silos that cannot reach each other vote each other out; what is left would be no network.
                if (!await cluster.IsWholeAsync())
                {
                    shrunk++;
                    break;
                }

                var began = watch.Elapsed;
                var weather = new HostileWeather(seed);
                string? found = await BootAsync(cluster, weather, seed, cancellationToken);
                (boots, met, lost) = (boots + 1, met + weather.Met, lost + weather.Lost);
                slowest = Max(slowest, watch.Elapsed - began);
                if (boots % 100 == 0)
                    await progress.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                        $"{boots} boots in {watch.Elapsed.TotalSeconds:0} s, {wrong.Count} wrong"));
                if (found is null)
                    continue;
                wrong.Add(string.Create(CultureInfo.InvariantCulture, $"seed {seed}: {found}"));
                await output.WriteLineAsync(wrong[^1]);
            }

            cuts += cluster.Partition.Cuts;
        }

        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"{boots} boots in {watch.Elapsed.TotalSeconds:0} s up to seed {seed - 1}: {met} messages met a fault, "
            + $"{lost} of them lost, {cuts} partitions, {shrunk} clusters replaced because a silo was voted out; "
            + $"{wrong.Count} wrong; slowest {slowest.TotalSeconds:0.0} s"));
        return (boots, wrong);
    }

    private static async Task<string?> BootAsync(
        HostileCluster cluster, HostileWeather weather, long seed, CancellationToken cancellationToken)
    {
        var choice = new SeededChoice(unchecked((ulong)seed));
        string machine =
            Machines[choice.Index(4, Purpose.Area) is var m && choice.Index(2, Purpose.Access) == 0 ? 0 : m];
        string protocol = RepaintProtocols.All[choice.Index(RepaintProtocols.All.Count, Purpose.Hunter)].Name;
        string json =
            BuiltInMachines.Find(machine)!.Replace("\"size\": \"4G\"", "\"size\": \"256M\"", StringComparison.Ordinal);
        var request = new BootRequest(
            new(machine, json), protocol, seed, ForceRepaint: choice.Index(2, Purpose.Page) == 0, Trace: false);
        var calmly = cluster.Grains.GetGrain<IMachineGrain>($"calm-{Guid.NewGuid():N}");
        var calm = (await LongCallAnswer.OfAsync(
            token => calmly.Boot(request, token), calmly.GetProgress, cancellationToken)).Report!;
        // In every twelfth boot the silos are cut off from each other, at a message that follows from the seed.
        int cutAt = choice.Index(12, Purpose.Victim) == 0 ? 1 + choice.Index(60, Purpose.Walk) : 0;
        var length = TimeSpan.FromMilliseconds(50 + choice.Index(700, Purpose.Walk, 1));
        int messages = 0;
        var healing = Task.CompletedTask;
        cluster.Faults.Weather = context =>
        {
            if (Interlocked.Increment(ref messages) == cutAt)
                healing = cluster.Partition.CutAsync(length);
            return weather.Of(context);
        };
        string? wrong;
        try
        {
            var grain = cluster.Grains.GetGrain<IMachineGrain>($"hostile-{seed}-{Guid.NewGuid():N}");
            var answer = await LongCallAnswer.OfAsync(token => grain.Boot(request, token), grain.GetProgress,
                cancellationToken).WaitAsync(Longest, cancellationToken);
            wrong = Difference(calm, answer.Report) ?? answer.InputError;
            await healing;
            await cluster.Faults.DeliverLate();
            wrong ??= await StatesAsync(cluster, grain.GetPrimaryKeyString(), calm, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // Whatever it is, no client should see it.
            wrong = $"{e.GetType().Name}: {e.Message}\n{e.StackTrace}";
        }

        await healing;
        cluster.Faults.Reset();
        return wrong is null ? null : $"{machine} by {protocol}: {wrong}";
    }

    private static string? Difference(BootReport calm, BootReport? hostile)
    {
        if (hostile is null)
            return "no report";
        if ((calm.Outcome, calm.Mode) != (hostile.Outcome, hostile.Mode))
            return $"{hostile.Outcome} in mode {hostile.Mode}, without faults {calm.Outcome} in mode {calm.Mode}";
        // What the TLBs of a CPU held that was lost went with it: then less may be found, and never more.
        if (!Sentences(calm).SequenceEqual(Sentences(hostile))
            && (hostile.Repaint is not { Reborn.Length: > 0 } and not { TakenUp: > 0 } || calm.Violations.IsEmpty))
            return $"violations differ: "
                + $"{string.Join("; ", OnlyOne(calm, hostile))}; {hostile.Repaint}";
        if (!calm.After.Leaves.SequenceEqual(hostile.After.Leaves))
            return "another map";
        return calm.Cpus.Select(c => c.State).SequenceEqual(hostile.Cpus.Select(c => c.State)) ? null
            : $"CPUs are {string.Join(' ', hostile.Cpus.Select(c => c.State))}";
    }

    // Late messages must not have parked a CPU again.
    private static async Task<string?> StatesAsync(
        HostileCluster cluster, string machine, BootReport calm, CancellationToken cancellationToken)
    {
        cluster.Faults.Weather = null;
        foreach (var cpu in calm.Cpus)
        {
            var state = await PatientCall.ForAsync(() => cluster.Grains.GetGrain<ICpuGrain>($"{machine}/{cpu.Id}")
                .GetState(cancellationToken), cancellationToken);
            if (state != cpu.State)
                return $"after late messages CPU {cpu.Id} is {state}";
        }

        return null;
    }

    private static IEnumerable<string> OnlyOne(BootReport calm, BootReport hostile) =>
        Sentences(hostile).Except(Sentences(calm)).Select(v => "only with faults: " + v)
            .Concat(Sentences(calm).Except(Sentences(hostile)).Select(v => "only without: " + v));

    private static List<string> Sentences(BootReport report) =>
        [.. report.Violations.Select(v => $"{v.Rule} {v.Message}").Order(StringComparer.Ordinal)];

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
