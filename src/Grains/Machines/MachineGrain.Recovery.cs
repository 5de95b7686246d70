using Orleans.Mmu.Grains.Storage;
using Orleans.Mmu.Grains.Telemetry;
using Orleans.Mmu.Interfaces.Calls;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Interfaces.Reports;

namespace Orleans.Mmu.Grains.Machines;

/// <summary>
/// What a machine persists of its boot, the reminder that takes the boot up where its silo was lost, and the end of
/// both.
/// </summary>
public sealed partial class MachineGrain
{
    private const string Recovery = "boot";

    public Task ReceiveReminder(string reminderName, TickStatus status) =>
        _written is { Outcome: MachineOutcome.Booting, Report: null, Request: { } begun }
            ? UnlessRemoved(token => TakeUp(begun, token), CancellationToken.None) : CloseAsync();

    // A boot that comes to no report is not repeated for ever: the machine must be booted anew, under another key.
    private async Task<BootAnswer> GiveUpAsync(string reason)
    {
        reason = $"{this.GetPrimaryKeyString()}: {reason}; boot the machine anew";
        logger.BootGivenUp(this.GetPrimaryKeyString(), reason);
        await WriteAsync(_written with
        {
            Outcome = MachineOutcome.Interrupted,
            GivenUp = reason,
            Changed = time.GetUtcNow(),
        });
        _closing = CloseAsync();
        return new(null, reason);
    }

    private async Task<long> NextEpochAsync()
    {
        await WriteAsync(_written with { Epoch = _written.Epoch + 1 });
        return _written.Epoch;
    }

    private async Task RemindAsync()
    {
        if (_isReminded)
            await this.RegisterOrUpdateReminder(
                Recovery, options.Value.RecoveryPeriod, options.Value.RecoveryPeriod, CancellationToken.None);
    }

    // Tells the list how the boot ended, and removes the reminder. The listing is not in question where there is none.
    private async Task CloseAsync()
    {
        try
        {
            if (_written.Outcome is not (MachineOutcome.New or MachineOutcome.Removing))
                await _listing.EnterAsync(_written);
            await ForgetAsync();
        }
        catch (Exception e) when (CallFailures.HasUnknownOutcome(e))
        {
            logger.ReminderStays(this.GetPrimaryKeyString(), e.Message);
        }
    }

    private async Task ForgetAsync()
    {
        if (_isReminded && await this.GetReminder(Recovery) is { } reminder)
            await this.UnregisterReminder(reminder);
    }

    private async Task WriteAsync(MachineState next)
    {
        state.State = next;
        await state.WriteOrDeactivateAsync(this);
        _written = next;
    }
}
