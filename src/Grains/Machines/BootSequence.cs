using System.Collections.Immutable;
using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Grains.Domain;
using Orleans.Mmu.Grains.Options;
using Orleans.Mmu.Grains.Telemetry;
using Orleans.Mmu.Interfaces.Calls;
using Orleans.Mmu.Interfaces.Cpus;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Interfaces.Reports;
using Orleans.Mmu.Interfaces.StopMachine;
using Orleans.Mmu.Interfaces.Tables;
using Orleans.Mmu.Linux.Capabilities;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Grains.Machines;

/// <summary>
/// A boot in Linux's order: boot CPU and map_mem(), secondaries, the capability made final, the repaint if it must be,
/// the permissions that boot ends with, late CPUs. Each part can be repeated without harm. A boot whose silo was lost
/// runs the same sequence again: parts that were done repeat their answers, the others are done now.
/// </summary>
/// <param name="epoch">The machine's newest fencing token.</param>
/// <param name="nextEpoch">Has the machine hand out another, for a call to the coordinator that is made again.</param>
internal sealed class BootSequence(IGrainFactory grains, string key, BootRequest request, int takenUp, long epoch,
    Func<Task<long>> nextEpoch, MmuOptions options, TimeProvider time, MmuMeter meter)
{
    private readonly MachineDescription _machine = request.Machine.Description;
    private readonly InnerShareableDomain _domain = new(grains, key, options, time, meter);
    private readonly IPageTableGrain _tables = grains.GetGrain<IPageTableGrain>(key);
    private readonly IStopMachineGrain _stopMachine = grains.GetGrain<IStopMachineGrain>(key);
    private readonly RetryPolicy _retries = options.Retries(time);
    private readonly long _began = time.GetTimestamp();
    private readonly BootLog _log = new(new((int)request.Machine.Description.Geometry.Granule.PageSize));
    private readonly BootFindings _findings = new();
    private long _epoch = epoch;
    private BootProgress _progress = new("boots", 0, 0);
    private bool _stopping;

    private CpuBringUp Cpus => field ??= new(_machine, _domain, _log, progress => _progress = progress);

    /// <summary>The kernel's log as far as it has come.</summary>
    public ImmutableArray<string> Log => _log.Lines;

    public async Task<BootProgress> Progress()
    {
        if (!_stopping)
            return _progress;
        try
        {
            return await _stopMachine.GetProgress(CancellationToken.None);
        }
        catch (Exception e) when (CallFailures.HasUnknownOutcome(e))
        {
            // The run's silo is lost, the boot is not: it will be taken up.
            return new("waits for a silo", 0, 0);
        }
    }

    public async Task<BootReport> Run(CancellationToken cancellationToken)
    {
        _log.Begin(_machine, takenUp);
        var decision = PaintDecision.Of(_machine, Cpus.Capability.Present);
        _progress = new("paints the linear map", 0, 0);
        var before = await _retries.AskAsync(
            () => _tables.Paint(request.Machine, decision.ForcePages, decision.RequiresBbml2, cancellationToken));
        if (before.Panic is not null)
            return await Panic(before, before);
        _log.Clock.Painted(before.Map);
        _log.Painted(before.Map);
        await Cpus.BringUp(cancellationToken);

        _log.Add($"mmu: mode {BootModeName.Of(Why.Mode)}: {Why.Sentence}");
        var outcome = Why.Mode == BootMode.Repaint
            ? await Repaint(before, cancellationToken) : MachineOutcome.Online;
        if (outcome is MachineOutcome.Cancelled)
            throw new OperationCanceledException(cancellationToken);

        var after = before;
        if (outcome is MachineOutcome.Online or MachineOutcome.ReleaseTimeout)
        {
            // A repaint is made once, and what follows is soon done: from here on the boot is not cancelled.
            if (KernelIsolation.Of(_machine).Rewrites)
                await MakeNotGlobal();
            after = await Protect(before);
            if (after.Panic is not null)
                return await Panic(before, before);
            await Cpus.BringUpLate();
        }

        _log.End(outcome, _findings.Violations.Length);
        return await Report(outcome, before.Map, after.Map);
    }

    // A repaint that was asked for is one that the machine would not make by itself.
    private ModeReason Why => field ??= ModeReason.Of(_machine) is var why
        && request.ForceRepaint && why.Mode == BootMode.Block ? new ModeReason.AskedFor(why) : why;

    private async Task<MachineOutcome> Repaint(TablesAnswer before, CancellationToken cancellationToken)
    {
        _log.Add($"mmu: repainting the linear map to pages by {request.Protocol}");
        _stopping = true;
        var run = RepaintRequest.Of(request, before, [.. Cpus.Online], _epoch);
        var began = _log.Clock.Now;
        bool isAgain = false;
        var repaint = await _retries.LastAsync(async () =>
        {
            // The coordinator that was called first may still be at work: this call fences it off.
            if (isAgain)
                _epoch = await nextEpoch();
            isAgain = true;
            return await _stopMachine.Run(run with { Epoch = _epoch }, cancellationToken);
        }, _stopMachine.GetProgress);
        _stopping = false;
        _log.Clock.Repainted(repaint.Repaint);
        _findings.Repainted(repaint, began, _log.Clock.Now);
        _log.Repainted(repaint.Repaint);
        return repaint.Outcome;
    }

    // One turn of the tables' writer stands for the whole of stop_machine(): no CPU walks meanwhile, and each TLB is
    // empty afterwards, as CPUs leave it that waited on the reserved table.
    private async Task MakeNotGlobal()
    {
        _progress = new("makes the kernel's leaves non-global", 0, 0);
        var rewritten = await _retries.AskAsync(() => _tables.MakeNotGlobal(_epoch, CancellationToken.None));
        _findings.DescriptorsRewritten = rewritten.Descriptors;
        _log.Clock.Rewritten(rewritten.Descriptors, Cpus.Online.Count);
        _log.Rewritten(KernelIsolation.Of(_machine), rewritten.Descriptors, Cpus.Online.Count - 1);
        var silent = await _domain.Broadcast(
            Cpus.Online, [TlbiOperation.Vmalle1Is], _epoch, TlbiMessage.AfterRewrite);
        _findings.FoundSilent(silent, _log.Clock.Now);
    }

    private async Task<TablesAnswer> Protect(TablesAnswer before)
    {
        _progress = new("protects the kernel's linear alias", 0, 0);
        var after = await _retries.AskAsync(() => _tables.Protect(_epoch, CancellationToken.None));
        if (after.Panic is not null)
            return after;
        _log.Clock.Protected(
            before.Map, after.Map, _findings.Repaint?.Repaint.SplitBlocks ?? 0, after.Descriptors, Cpus.Online.Count);
        _findings.Found(after.Violations, _log.Clock.Now);
        var silent = await _domain.Broadcast(Cpus.Online, [TlbiOperation.Vmalle1Is], _epoch, TlbiMessage.AfterRun);
        _findings.FoundSilent(silent, _log.Clock.Now);
        var audits = await _domain.Ask(Cpus.Online, cpu => cpu.Audit(after.Version, CancellationToken.None));
        _findings.Audited(audits.Given, _log.Clock.Now);
        return after;
    }

    private async Task<BootReport> Panic(TablesAnswer before, TablesAnswer after)
    {
        string message = before.Panic ?? after.Panic ?? "the tables could not be made";
        _log.Add($"Kernel panic - not syncing: {message}");
        _findings.FoundPanic(message, _log.Clock.Now);
        return await Report(MachineOutcome.Panic, before.Map, after.Map, withCpus: before.Panic is null);
    }

    private async Task<BootReport> Report(
        MachineOutcome outcome, MapReport before, MapReport after, bool withCpus = true)
    {
        // A machine that panicked while it painted has powered on no CPU that could be asked.
        var cpus = withCpus
            ? await _domain.Ask(
                [.. Enumerable.Range(0, _machine.Cpus.Length)], cpu => cpu.GetReport(CancellationToken.None))
            : new([], []);
        return new()
        {
            Machine = _machine.Name,
            Mode = BootModeName.Of(Why.Mode),
            Why = Why.Sentence,
            Isolation = new(KernelIsolation.Of(_machine).NotGlobal, _findings.DescriptorsRewritten,
                KernelIsolation.Of(_machine).Sentence),
            Protocol = request.Protocol,
            Seed = request.Seed,
            Outcome = outcome,
            SystemSplitsLive = Cpus.Capability.SystemSupports,
            Cpus = [.. cpus.Given.OrderBy(c => c.Id)],
            Before = before,
            After = after,
            Repaint = _findings.Repaint?.Repaint,
            Violations = _findings.Violations,
            Log = _log.Lines,
            Trace = _findings.Timeline,
            SimulatedMilliseconds = (long)time.GetElapsedTime(_began).TotalMilliseconds,
            Recorded = _findings.Repaint?.Recorded ?? [],
        };
    }
}
