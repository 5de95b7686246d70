using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Mmu.Grains.Admission;
using Orleans.Mmu.Grains.Options;
using Orleans.Mmu.Grains.Placement;
using Orleans.Mmu.Grains.Telemetry;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Interfaces.Reports;
using Orleans.Timers;

namespace Orleans.Mmu.Grains.Machines;

/// <summary>
/// A machine: boots once, and its report is persisted. What was asked for is persisted first, so that a boot whose silo
/// was lost is taken up again by whoever asks next, and by a reminder if nobody does.
/// </summary>
[MachinePlacement, CollectionAgeLimit(Minutes = MmuOptions.MinutesIdle)]
public sealed class MachineGrain(
    [PersistentState("machine")] IPersistentState<MachineState> state, IOptions<MmuOptions> options,
    BootAdmission admission,
    TimeProvider time, IServiceProvider services, MmuMeter meter, ILogger<MachineGrain> logger)
    : Grain, IMachineGrain, IRemindable
{
    private const string Recovery = "boot";

    // A silo that keeps nothing has nobody to remind.
    private readonly bool _isReminded = services.GetService(typeof(IReminderRegistry)) is not null;
    private BootSequence? _boot;
    private bool _isInLine;

    public async Task<BootAnswer> Boot(BootRequest request, CancellationToken cancellationToken)
    {
        if (state.State.Report is { } known)
            return new(known, null);
        if (state.State is { Outcome: MachineOutcome.Booting, Request: { } begun })
            return await TakeUp(begun, cancellationToken);
        if (RequestRules.WhatIsWrongWith(this.GetPrimaryKeyString(), request) is { } wrong)
            return new(null, wrong);
        var (place, refusal) = await EnterAsync(request, cancellationToken);
        if (refusal is not null)
            return new(null, refusal);
        using var admitted = place;
        (state.State.Request, state.State.TakenUp) = (request, 0);
        await Persist(MachineOutcome.Booting, null);
        if (_isReminded)
            await this.RegisterOrUpdateReminder(
                Recovery, options.Value.RecoveryPeriod, options.Value.RecoveryPeriod, CancellationToken.None);
        return await Perform(request, cancellationToken);
    }

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        if (state.State is { Outcome: MachineOutcome.Booting, Report: null, Request: { } begun })
            await TakeUp(begun, CancellationToken.None);
        else
            await Forget();
    }

    public Task<BootProgress> GetProgress(CancellationToken cancellationToken) =>
        _boot is not null ? _boot.Progress()
            : Task.FromResult(_isInLine ? new BootProgress("waits for its turn", 0, 0) : BootProgress.Waiting);

    public Task<MachineOutcome> GetOutcome(CancellationToken cancellationToken) => Task.FromResult(state.State.Outcome);

    private async Task<BootAnswer> TakeUp(BootRequest begun, CancellationToken cancellationToken)
    {
        // It was admitted once, and what is begun stays begun: where there is no place now, somebody will ask again.
        var (place, refusal) = await EnterAsync(begun, cancellationToken);
        if (refusal is not null)
            return new(null, refusal);
        using var admitted = place;
        state.State.TakenUp++;
        await state.WriteStateAsync(CancellationToken.None);
        logger.BootTakenUp(this.GetPrimaryKeyString(), state.State.TakenUp);
        return await Perform(begun, cancellationToken);
    }

    private async Task<(IDisposable? Place, string? Refusal)> EnterAsync(
        BootRequest request, CancellationToken cancellationToken)
    {
        _isInLine = true;
        try
        {
            return await admission.EnterAsync(request.Machine.Description, cancellationToken);
        }
        finally
        {
            _isInLine = false;
        }
    }

    private async Task<BootAnswer> Perform(BootRequest request, CancellationToken cancellationToken)
    {
        _boot = new BootSequence(
            GrainFactory, this.GetPrimaryKeyString(), request, state.State.TakenUp, options.Value, time, meter);
        using var telemetry = new BootTelemetry(meter, logger, this.GetPrimaryKeyString(), request);
        BootReport report;
        try
        {
            report = await _boot.Run(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            telemetry.Cancelled();
            await Persist(MachineOutcome.Cancelled, null);
            await Forget();
            throw;
        }

        telemetry.End(report);
        await Persist(report.Outcome, report);
        await Forget();
        return new(report, null);
    }

    private async Task Forget()
    {
        if (_isReminded && await this.GetReminder(Recovery) is { } reminder)
            await this.UnregisterReminder(reminder);
    }

    private Task Persist(MachineOutcome outcome, BootReport? report)
    {
        (state.State.Outcome, state.State.Report) = (outcome, report);
        return state.WriteStateAsync(CancellationToken.None);
    }
}
