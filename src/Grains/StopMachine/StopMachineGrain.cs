using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Mmu.Coordination.Journals;
using Orleans.Mmu.Grains.Domain;
using Orleans.Mmu.Grains.Options;
using Orleans.Mmu.Grains.Placement;
using Orleans.Mmu.Grains.Telemetry;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Interfaces.Reports;
using Orleans.Mmu.Interfaces.StopMachine;
using Orleans.Mmu.Interfaces.Tables;

namespace Orleans.Mmu.Grains.StopMachine;

/// <summary>
/// The coordinator of one run, in an epoch that is persisted before the first CPU hears of it. A call that finds an
/// open run takes it up: from the beginning where no table was changed, otherwise from the phase that the record names.
/// </summary>
[GrainType("stopmachine"), MachinePlacement, CollectionAgeLimit(Minutes = MmuOptions.MinutesIdle)]
public sealed class StopMachineGrain(IOptions<MmuOptions> options, TimeProvider time, MmuMeter meter,
    ILogger<StopMachineGrain> logger) : Grain, IStopMachineGrain, IMachinePartGrain
{
    private CoordinatedRun? _run;

    public async Task<StopMachineReport> Run(StopMachineRequest request, CancellationToken cancellationToken)
    {
        KnownProtocols.Of(request);
        string machine = this.GetPrimaryKeyString();
        var retries = options.Value.Retries(time);
        var journal = new RunJournal(GrainFactory.GetGrain<IRunJournalGrain>(machine), retries);
        var found = await journal.ClaimAsync(request);
        if (found.Life == RunLife.Ended)
            return journal.Record.Report!;

        using var telemetry = new RunTelemetry(meter, logger, machine, journal.Record);
        var domain = new InnerShareableDomain(GrainFactory, machine, options.Value, time, meter);
        domain.Know(request.Cpus);
        var driver = new RunDriver(domain, GrainFactory.GetGrain<IPageTableGrain>(machine), journal, retries);
        try
        {
            _run = new(journal, found, driver, telemetry, options.Value);
            var report = await _run.PerformAsync(cancellationToken);
            await journal.EndAsync(report);
            telemetry.End(report);
            return report;
        }
        finally
        {
            // The report is in the journal; progress says that nothing is being done any more.
            _run = null;
        }
    }

    public Task<BootProgress> GetProgress(CancellationToken cancellationToken) =>
        Task.FromResult(_run?.Progress ?? BootProgress.Waiting);

    // What must survive of a run is in the journal.
    public Task Remove(CancellationToken cancellationToken)
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }
}
