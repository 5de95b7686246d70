using System.Diagnostics;
using Orleans.Mmu.Chaos.Processes;
using Orleans.Mmu.Checking.Refinement;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Client.Laboratories;
using Orleans.Mmu.Interfaces.Cpus;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Interfaces.Reports;
using Orleans.Mmu.Interfaces.Tables;
using Orleans.Mmu.Linux.Boot;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Chaos.Crashes;

/// <summary>What became of a machine whose silo was killed.</summary>
/// <param name="Crashes">Silos that died in the boot; 0 where it was over before the moment came.</param>
/// <param name="Report">The boot's, or null.</param>
/// <param name="Looks">How often a CPU was looked at while the tables changed.</param>
/// <param name="Wrong">What must not be, in words; null where everything is as it must be.</param>
internal sealed record CrashResult(
    CrashCase Case, int Crashes, BootReport? Report, int Looks, TimeSpan Took, string? Wrong);

/// <summary>
/// Boots a machine, lets a silo die in the middle, and holds what comes of it against everything that is known.
/// </summary>
internal sealed class CrashRun(CrashCluster cluster, CrashCase crash)
{
    private readonly string _key = $"crash-{crash.Seed}-{Guid.NewGuid():N}";
    private int _crashes;

    public static BootRequest RequestOf(CrashCase crash) =>
        new(new("toy", crash.Machine.Text), crash.Protocol.Name, crash.Seed, ForceRepaint: false, Trace: false)
        {
            ProtocolFile = crash.Protocol.Text,
            Record = true,
        };

    public async Task<CrashResult> PerformAsync(CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        long moment = Math.Max(1, (long)Math.Ceiling(crash.Part * await cluster.MomentsAsync(crash)));
        // All grains of a machine may be on any silo: then every silo has a fuse.
        int[] victims = crash.Spread == Orleans.Mmu.Grains.Options.MachineSpread.Spread ? [crash.Victim]
            : [.. Enumerable.Range(0, crash.Silos)];
        foreach (int victim in victims)
            await cluster.SetFuseAsync(victim, _key, moment);
        var grains = cluster.Client.Grains;
        var machine = grains.GetGrain<IMachineGrain>(_key);
        using var observing = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var observer = new MapObserver(grains, _key, crash.Cpus);
        var observed = observer.RunAsync(observing.Token);
        using var over = new CancellationTokenSource();
        var watched = victims.Select(v => ReplaceAsync(v, over.Token)).ToList();
        BootReport? report = null;
        string? wrong = null;
        try
        {
            var request = RequestOf(crash);
            var answer = await LongCallAnswer.OfAsync(
                token => machine.Boot(request, token), machine.GetProgress, cancellationToken);
            report = answer.Report;
            wrong = answer.InputError;
        }
        catch (Exception e) when (e is UsageException or TimeoutException)
        {
            wrong = e.Message;
        }

        await observing.CancelAsync();
        await observed;
        await over.CancelAsync();
        await Task.WhenAll(watched);
        wrong ??= observer.Broken ?? (_crashes == 0 ? null : await JudgeAsync(report!, cancellationToken));
        await cluster.ReviveAsync();
        return new(crash, _crashes, report, observer.Looks, watch.Elapsed, wrong);
    }

    // A silo dies: either another takes its place while the boot goes on, or the others must do.
    private async Task ReplaceAsync(int victim, CancellationToken over)
    {
        var process = cluster.Process(victim);
        try
        {
            await process.Ended.WaitAsync(over);
        }
        catch (OperationCanceledException)
        {
            if (!process.Ended.IsCompleted)
            {
                await cluster.TryDefuseAsync(victim);
                return;
            }
        }

        // One crash a boot: another victim may live, but its fuse may have been quicker.
        bool isFirst = Interlocked.Increment(ref _crashes) == 1;
        for (int other = 0; isFirst && other < crash.Silos; other++)
        {
            if (other != victim && !cluster.Process(other).Ended.IsCompleted)
                await cluster.TryDefuseAsync(other);
        }

        if ((crash.ReplacedAtOnce || !isFirst) && !over.IsCancellationRequested)
            await cluster.ReplaceAsync(victim);
    }

    private async Task<string?> JudgeAsync(BootReport report, CancellationToken cancellationToken)
    {
        bool isOnline = report.Outcome == MachineOutcome.Online;
        if (!isOnline && report.Violations.IsEmpty)
            return $"it failed as {report.Outcome} and gives no reason";
        foreach (var violation in report.Violations.Where(_ => isOnline))
            return $"{violation.Rule}: {violation.Message}";
        if (isOnline && report.Mode != "repaint")
            return $"it is online in mode {report.Mode}";
        return await CpusAsync(isOnline, cancellationToken) ?? await TablesAsync(isOnline, cancellationToken)
            ?? (isOnline ? Replay(report) : null);
    }

    private async Task<string?> CpusAsync(bool isOnline, CancellationToken cancellationToken)
    {
        for (int cpu = 0; cpu < crash.Cpus; cpu++)
        {
            var seen = await PatientCall.ForAsync(() => cluster.Client.Grains.GetGrain<ICpuGrain>($"{_key}/{cpu}")
                .GetReport(cancellationToken), cancellationToken);
            if (seen.State == CpuRunState.Parked
                || (isOnline && (seen.State != CpuRunState.Online || seen.Ttbr1 != RootSymbol.Of(RootTable.Swapper))))
                return $"CPU {cpu} is {seen.State} with {seen.Ttbr1}";
        }

        return null;
    }

    private async Task<string?> TablesAsync(bool isOnline, CancellationToken cancellationToken)
    {
        var tables = (await PatientCall.ForAsync(() => cluster.Client.Grains.GetGrain<IPageTableGrain>(_key)
            .GetTables(0, cancellationToken), cancellationToken)).Snapshot;
        var boot = LinearMapBoot.Of(crash.Machine.Description);
        if (TableEquality.Of(tables, boot.Final))
            return null;
        return !isOnline && TableEquality.Of(tables, boot.Painted) ? null
            : "the tables are neither those of an undisturbed boot nor those before it";
    }

    private string? Replay(BootReport report)
    {
        var refinement = new RunRefinement(crash.Protocol, crash.Cpus, [.. crash.Levels]);
        foreach (var happened in report.Recorded)
        {
            if (refinement.Accept(happened) is { } wrong)
                return $"the checker's machine does not allow this run: {wrong}";
        }

        return refinement.IsFinished ? null : "the recorded run ends before its programs do";
    }
}
