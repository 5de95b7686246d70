using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Mmu.Grains.Domain;
using Orleans.Mmu.Grains.Options;
using Orleans.Mmu.Grains.Placement;
using Orleans.Mmu.Grains.Telemetry;
using Orleans.Mmu.Interfaces.Reports;
using Orleans.Mmu.Interfaces.StopMachine;
using Orleans.Mmu.Interfaces.Tables;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Grains.StopMachine;

/// <summary>
/// The coordinator: one run, in an epoch that is written down before the first CPU hears of it. An activation that
/// finds
/// a run that was begun and not ended takes it up: from the beginning where nothing was changed, else from where it
/// was.
/// </summary>
[MachinePlacement, CollectionAgeLimit(Minutes = MmuOptions.MinutesIdle)]
public sealed class StopMachineGrain(IOptions<MmuOptions> options, TimeProvider time, MmuMeter meter,
    ILogger<StopMachineGrain> logger) : Grain, IStopMachineGrain
{
    private ProtocolRun? _run;
    private ReplayRun? _replay;

    public async Task<StopMachineReport> Run(StopMachineRequest request, CancellationToken cancellationToken)
    {
        var protocol = RepaintProtocols.Find(request.Protocol)
            ?? throw new ArgumentException($"\"{request.Protocol}\" is no protocol", nameof(request));
        string machine = this.GetPrimaryKeyString();
        var journal = new RunJournal(GrainFactory.GetGrain<IRunJournalGrain>(machine), options.Value.Retries(time));
        await journal.ReadAsync();
        if (journal.Record.Report is { Outcome: not MachineOutcome.Cancelled } known)
            return known;
        var start = new RunStart(journal.Record.IsOpen ? journal.Record.Phase : RunPhase.Idle, journal.Record.Epoch);
        if (start.Found == RunPhase.Idle)
            await journal.BeginAsync(request, time.GetUtcNow().Ticks);
        else
            await journal.TakeUpAsync();

        using var telemetry = new RunTelemetry(meter, logger, machine, journal.Record);
        var domain = new InnerShareableDomain(GrainFactory, machine, options.Value, time, meter);
        var tables = GrainFactory.GetGrain<IPageTableGrain>(machine);
        var report = await (request.Replay.IsEmpty
            ? (_run = new ProtocolRun(
                domain, tables, protocol, journal, start, options.Value, time, telemetry)).Perform(cancellationToken)
            : (_replay = new ReplayRun(domain, tables, journal, start.Found != RunPhase.Idle, time)).Perform(
                cancellationToken));
        await journal.EndAsync(report);
        telemetry.End(report);
        return report;
    }

    public Task<BootProgress> GetProgress(CancellationToken cancellationToken) =>
        Task.FromResult(_run?.Progress ?? _replay?.Progress ?? BootProgress.Waiting);
}
