using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Mmu.Grains.Admission;
using Orleans.Mmu.Grains.Options;
using Orleans.Mmu.Grains.Placement;
using Orleans.Mmu.Grains.Telemetry;
using Orleans.Mmu.Interfaces.Calls;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Interfaces.Reports;
using Orleans.Timers;

namespace Orleans.Mmu.Grains.Machines;

/// <summary>
/// A machine: it boots once, and its report is persisted. The request is persisted first, so that the next call, or a
/// reminder where no call comes, takes up a boot whose silo was lost.
/// </summary>
[GrainType("machine"), MachinePlacement, CollectionAgeLimit(Minutes = MmuOptions.MinutesIdle)]
public sealed partial class MachineGrain(
    [PersistentState("machine")] IPersistentState<MachineState> state, IOptions<MmuOptions> options,
    BootAdmission admission, TimeProvider time, IServiceProvider services, MmuMeter meter,
    ILogger<MachineGrain> logger)
    : Grain, IMachineGrain, IRemindable
{
    // A silo that keeps nothing has no reminders either.
    private readonly bool _isReminded = services.GetService(typeof(IReminderRegistry)) is not null;
    // What storage has acknowledged.
    private MachineState _written = new();
    private MachineListing _listing = null!;
    // What is about to be written of a boot that begins.
    private MachineState? _begun;
    private BootSequence? _boot;
    private bool _isInLine;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _written = state.State;
        _listing = new(
            this.GetPrimaryKeyString(), GrainContext.Address.SiloAddress!, GrainFactory, options.Value.Retries(time));
        return Task.CompletedTask;
    }

    public Task<BootAnswer> Boot(BootRequest request, CancellationToken cancellationToken) =>
        UnlessRemoved(token => BootAsync(request, token), cancellationToken);

    public Task<BootAnswer> Attach(CancellationToken cancellationToken) =>
        UnlessRemoved(AttachAsync, cancellationToken);

    public Task<BootProgress> GetProgress(CancellationToken cancellationToken) =>
        _removing is { IsCompleted: false } ? Task.FromResult(new BootProgress("is being removed", 0, 0))
            : _boot is not null ? _boot.Progress()
            : Task.FromResult(_isInLine ? new BootProgress("waits for its turn", 0, 0) : BootProgress.Waiting);

    public Task<MachineOutcome> GetOutcome(CancellationToken cancellationToken) => Task.FromResult(_written.Outcome);

    private async Task<BootAnswer> BootAsync(BootRequest request, CancellationToken cancellationToken)
    {
        if (_written.Report is { } known)
            return new(known, null);
        if (_written.GivenUp is { } reason)
            return new(null, reason);
        if (_written is { Outcome: MachineOutcome.Booting, Request: { } open })
            return await TakeUp(open, cancellationToken);
        if (RequestLimits.WhatIsWrongWith(this.GetPrimaryKeyString(), request, _written.Request?.Machine) is { } wrong)
            return new(null, wrong);
        var (place, refusal) = await EnterAsync(request, cancellationToken);
        if (refusal is not null)
            return new(null, refusal);
        using var admitted = place;
        var now = time.GetUtcNow();
        var begun = new MachineState
        {
            Outcome = MachineOutcome.Booting,
            Request = request,
            Epoch = _written.Epoch + 1,
            Began = now,
            Changed = now,
        };
        _begun = begun;
        // Listed first: a machine whose silo is lost from here on is in the list.
        if (!await _listing.EnterAsync(begun))
            return new(null, $"{request.Machine.Description.Name}: the cluster's list of machines has no place for it: "
                + $"its part has {options.Value.MachinesInPart} machines (Mmu:MachinesListed; mmu cluster remove "
                + "--older 1h makes room)");
        await WriteAsync(begun);
        await RemindAsync();
        return await Perform(request, cancellationToken);
    }

    private async Task<BootAnswer> AttachAsync(CancellationToken cancellationToken)
    {
        var answer = _written switch
        {
            { Report: { } known } => new(known, null),
            { GivenUp: { } reason } => new(null, reason),
            { Outcome: MachineOutcome.Booting, Request: { } begun } => await TakeUp(begun, cancellationToken),
            _ => new BootAnswer(
                null, $"expected the key of a machine that was booted, found \"{this.GetPrimaryKeyString()}\""),
        };
        return answer with { Warnings = [.. _written.Request?.Machine.Description.Warnings ?? []] };
    }

    private async Task<BootAnswer> TakeUp(BootRequest begun, CancellationToken cancellationToken)
    {
        if (_written.TakenUp >= options.Value.TakeUps)
            return await GiveUpAsync($"the boot was taken up {_written.TakenUp} times and did not end");
        // The boot was admitted once and stays begun: where there is no place now, the next call or the reminder takes
        // it up.
        var (place, refusal) = await EnterAsync(begun, cancellationToken);
        if (refusal is not null)
            return new(null, refusal);
        using var admitted = place;
        await WriteAsync(_written with { TakenUp = _written.TakenUp + 1, Epoch = _written.Epoch + 1 });
        // The list is told where the machine is now; it has a place there already.
        await _listing.EnterAsync(_written);
        logger.BootTakenUp(this.GetPrimaryKeyString(), _written.TakenUp);
        await RemindAsync();
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
        _boot = new BootSequence(GrainFactory, this.GetPrimaryKeyString(), request, _written.TakenUp, _written.Epoch,
            NextEpochAsync, options.Value, time, meter);
        using var telemetry = new BootTelemetry(meter, logger, this.GetPrimaryKeyString(), request);
        try
        {
            var report = await _boot.Run(cancellationToken);
            telemetry.End(report);
            await WriteAsync(_written with
            {
                Outcome = report.Outcome,
                Report = report,
                Changed = time.GetUtcNow(),
            });
            return new(report, null);
        }
        catch (OperationCanceledException)
        {
            telemetry.Cancelled();
            await WriteAsync(_written with { Outcome = MachineOutcome.Cancelled, Changed = time.GetUtcNow() });
            throw;
        }
        catch (RefusedException e)
        {
            // A silo of another version may know what this one does not: the boot stays begun, and is given up after
            // a number of take-ups.
            logger.BootRefused(this.GetPrimaryKeyString(), e.Message);
            if (_written.TakenUp >= options.Value.TakeUps)
                return await GiveUpAsync(e.Message);
            return new(null, e.Message);
        }
        catch (EpochOverException e)
        {
            // Another activation has taken the boot up; a repeated call reaches it.
            DeactivateOnIdle();
            throw new OvertakenException(e.Message);
        }
        catch (Exception e) when (!CallFailures.HasUnknownOutcome(e))
        {
            // No silo was lost, so that the boot would end here every time: no reminder repeats it, a call may.
            logger.BootFails(this.GetPrimaryKeyString(), e.Message);
            await CloseAsync();
            throw;
        }
        finally
        {
            // From here on a repeated call finds what is written.
            _boot = null;
            // The answer does not wait for this: a reminder that comes for an ended boot does the same, and so does a
            // look at the list, which asks the machine.
            if (_written.Outcome != MachineOutcome.Booting)
                _closing = CloseAsync();
        }
    }
}
