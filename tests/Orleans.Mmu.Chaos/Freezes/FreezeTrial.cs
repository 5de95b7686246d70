using System.Globalization;
using Orleans.Mmu.Chaos.Moments;
using Orleans.Mmu.Chaos.Processes;
using Orleans.Mmu.Coordination.Journals;
using Orleans.Mmu.Interfaces.MachineFiles;
using Orleans.Mmu.Linux.MachineFiles;

namespace Orleans.Mmu.Chaos.Freezes;

/// <summary>
/// Boots a machine with the command mmu, freezes the silo of its coordinator, lets it go on, and holds what comes of it
/// against what must be. No look goes through a silo that was frozen: what it knows is of the past, and the others have
/// activations of their own of the CPUs that it holds.
/// </summary>
internal sealed class FreezeTrial(MomentCluster cluster, FreezeCase freeze)
{
    // A last resort, so that a trial that nothing ends is reported: no good trial comes near it.
    private static readonly TimeSpan LongestClient = TimeSpan.FromMinutes(5);

    // Where neither the first silo ends nor another takes the run up, nothing else can happen.
    private static readonly TimeSpan LongestSecondFreeze = TimeSpan.FromSeconds(10);

    // What a silo that has gone on still does to a run that is over.
    private static readonly TimeSpan Aftermath = TimeSpan.FromSeconds(2);

    private readonly TaskCompletionSource _thawed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _frozen;

    /// <summary>One trial, on a cluster that is whole when it begins.</summary>
    public async Task<FreezeResult> PerformAsync(CancellationToken cancellationToken)
    {
        int active = (await cluster.ActiveAsync(0))?.Length ?? 0;
        var result = new FreezeResult(freeze) { ActiveAtStart = active };
        if (!result.IsWhole)
            return result;
        for (int i = 0; i < cluster.Silos; i++)
            await cluster.StrikeAsync(i, freeze.First);
        int[] from = cluster.Lines();
        var client = ClientProcess.OfAsync(cluster.Gateways, LongestClient, cancellationToken, "boot", freeze.Machine,
            "--seed", freeze.Seed.ToString(CultureInfo.InvariantCulture), "--json");
        var begun = cluster.HearAsync(l => l.StartsWith("moment ", StringComparison.Ordinal), from);
        var struck = cluster.HearAsync(IsStruck, from);
        if (await Task.WhenAny(begun, client) == client)
        {
            await cluster.ClearAsync();
            bool isToldToTryAgain = (await client).Code == BootVerdict.TryAgain;
            return result with
            {
                Client = await client,
                IsBegun = false,
                WrongVerdict = isToldToTryAgain ? null
                    : BootVerdict.WhatIsWrongWith(await client) ?? "the client ended before a run began",
            };
        }

        string machine = (await begun).Line.Split(' ')[1];
        int cpus = new MachineHandle(freeze.Machine, BuiltInMachines.Find(freeze.Machine)!).Description.Cpus.Length;
        var watching = Enumerable.Range(0, cluster.Silos).Select(_ => new CancellationTokenSource()).ToArray();
        var watches = watching.Select((_, i) => new RunWatch(i, cluster.Grains(i), machine, cpus)).ToArray();
        var watched = watches.Select((w, i) => w.RunAsync(watching[i].Token)).ToArray();
        if (await Task.WhenAny(struck, client) == struck)
        {
            int first = (await struck).Silo;
            _frozen = 1;
            await watching[first].CancelAsync();
            result = await ThawAsync(result, first, from, client, watches, watching);
            await Task.WhenAny(cluster.Process(first).Ended, Task.Delay(Aftermath, cancellationToken));
        }

        await cluster.ClearAsync();
        _over.TrySetResult();
        foreach (var watch in watching)
            await watch.CancelAsync();
        await Task.WhenAll(watched);
        int atEnd = 0;
        for (int i = 0; i < cluster.Silos; i++)
            atEnd = Math.Max(atEnd, (await cluster.ActiveAsync(i))?.Length ?? 0);
        int takenUp = Enumerable.Range(0, cluster.Silos).Sum(i => TakeUps(i, from[i]));
        bool isWhole = await cluster.MakeWholeAsync();
        return result with
        {
            ActiveAtEnd = atEnd,
            Frozen = _frozen,
            Client = await client,
            TakenUp = takenUp,
            Looks = watches.Sum(w => w.Looks),
            OnMap = [.. watches.SelectMany(w => w.OnMap)],
            Reopened = [.. watches.SelectMany(w => w.Reopened)],
            WrongVerdict = BootVerdict.WhatIsWrongWith(await client) ?? (isWhole
                ? await BootVerdict.WhatIsWrongWithAsync(cluster.Grains(0), machine, cpus, cancellationToken)
                : "the cluster did not become whole again"),
        };
    }

    private async Task<FreezeResult> ThawAsync(
        FreezeResult result, int first, int[] from, Task<ClientProcess> client, RunWatch[] watches,
        CancellationTokenSource[] watching)
    {
        int frozenAt = cluster.Process(first).Lines;
        int[] others = [.. Enumerable.Range(0, cluster.Silos).Where(i => i != first)];
        foreach (int other in others)
        {
            if (freeze.Second is not null)
                await cluster.StrikeAsync(other, freeze.Second);
            _ = SuperviseAsync(other, from[other], first, client, watching[other]);
        }

        await Task.WhenAny(ReasonToThaw(first, from), cluster.HearAsync(IsStruck, from, first), client);
        var newest = watches.Where((_, i) => i != first).Select(w => w.Newest).MaxBy(h => h.Stamp.Epoch)!;
        await cluster.Process(first).ThawAsync();
        _thawed.SetResult();
        await client;
        return result with
        {
            IsDuel = newest is { Life: RunLife.Open, TakenUp: > 0 },
            IsTakenBack = TakeUps(first, frozenAt) > 0,
        };
    }

    // A silo that is frozen second goes on when the first has, and has come to something.
    private async Task SuperviseAsync(int silo, int from, int first, Task client, CancellationTokenSource watching)
    {
        while (true)
        {
            var struck = cluster.Process(silo).HearAsync(IsStruck, from);
            await Task.WhenAny(struck, _over.Task);
            // The trial is over, or the silo has ended.
            if (!struck.IsCompletedSuccessfully)
                return;
            await watching.CancelAsync();
            from = cluster.Process(silo).Lines;
            Interlocked.Increment(ref _frozen);
            await Task.WhenAny(_thawed.Task, client);
            int[] lines = cluster.Lines();
            await Task.WhenAny(cluster.HearAsync(l => Is(l, Moment.TakeUp), lines, silo), cluster.Process(first).Ended,
                client, Task.Delay(LongestSecondFreeze));
            await cluster.Process(silo).ThawAsync();
        }
    }

    private Task ReasonToThaw(int first, int[] from) => freeze.Thaw switch
    {
        ThawWhen.TakenUp => cluster.HearAsync(l => Is(l, Moment.TakeUp), from, first),
        ThawWhen.Changes => cluster.HearAsync(l => Is(l, Moment.Changing) || Is(l, Moment.Split), from, first),
        ThawWhen.Released => cluster.HearAsync(l => Is(l, Moment.Released), from, first),
        ThawWhen.Reported => cluster.HearAsync(l => Is(l, Moment.Report), from, first),
        // A silo that is frozen second, or the client's end, is always a reason.
        ThawWhen.SecondFrozen or ThawWhen.Answered => _over.Task,
        _ => throw new InvalidOperationException($"{freeze.Thaw} is no reason to go on"),
    };

    // The log says it when the journal has accepted the take-up.
    private int TakeUps(int silo, int from) => cluster.Process(silo).Output.Split('\n').Skip(from)
        .Count(l => l.Contains("takes the run up for the", StringComparison.Ordinal));

    private static bool IsStruck(string line) => line.StartsWith("struck ", StringComparison.Ordinal);

    // "moment MACHINE EPOCH MOMENT after"
    private static bool Is(string line, Moment moment) =>
        line.StartsWith("moment ", StringComparison.Ordinal)
        && line.EndsWith($" {moment} after", StringComparison.Ordinal);
}
