using Orleans.Mmu.Grains.Domain;
using Orleans.Mmu.Interfaces.Calls;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Interfaces.Reports;
using Orleans.Mmu.Interfaces.Scenarios;
using Orleans.Mmu.Interfaces.StopMachine;
using Orleans.Mmu.Interfaces.Tables;

namespace Orleans.Mmu.Grains.Machines;

/// <summary>
/// The end of a machine. The removal is written first, under a newer fencing token: a boot that goes on elsewhere finds
/// out at its next write, and a removal that is interrupted is known as one. The machine's own state and its place in
/// the list go last.
/// </summary>
public sealed partial class MachineGrain
{
    // The boot that is being performed or waits in line, and what cancels it.
    private Task? _open;
    private Func<Task>? _cancel;
    private Task _closing = Task.CompletedTask;
    private Task<Removal>? _removing;

    public async Task<Removal> Remove(bool force, CancellationToken cancellationToken)
    {
        bool isInScenario = !force && await IsInScenarioAsync();
        if (!force && (isInScenario || _open is not null || _written.Outcome == MachineOutcome.Booting))
            return Removal.UnderWay;
        _removing ??= RemoveAsync();
        var removing = _removing;
        try
        {
            var removal = await removing;
            if (removal == Removal.Unknown)
                _removing = null;
            return removal;
        }
        catch
        {
            _removing = null;
            throw;
        }
    }

    // One boot at a time: calls that boot do not interleave.
    private async Task<BootAnswer> UnlessRemoved(
        Func<CancellationToken, Task<BootAnswer>> boot, CancellationToken cancellationToken)
    {
        if (_removing is not null || _written.Outcome == MachineOutcome.Removing)
            throw Removed();
        var ended = new TaskCompletionSource();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        (_open, _cancel) = (ended.Task, either.CancelAsync);
        try
        {
            return await boot(either.Token);
        }
        catch (OperationCanceledException) when (_removing is not null)
        {
            throw Removed();
        }
        finally
        {
            (_open, _cancel, _begun) = (null, null, null);
            ended.SetResult();
        }
    }

    private RefusedException Removed() => new($"machine \"{this.GetPrimaryKeyString()}\" was removed");

    private async Task<bool> IsInScenarioAsync()
    {
        var scenario = GrainFactory.GetGrain<IScenarioGrain>(this.GetPrimaryKeyString());
        var progress = await options.Value.Retries(time)
            .AskAsync(() => scenario.GetProgress(CancellationToken.None));
        return !progress.IsWaiting;
    }

    private async Task<Removal> RemoveAsync()
    {
        if (_open is { } open)
        {
            await _cancel!();
            await open;
        }

        // What ended boots still tell the list must not come after the end of the machine.
        await _closing;
        if (_written.Outcome == MachineOutcome.New)
        {
            await _listing.DropAsync();
            return Removal.Unknown;
        }

        if (_written.Outcome != MachineOutcome.Removing)
        {
            await WriteAsync(_written with
            {
                Outcome = MachineOutcome.Removing,
                Report = null,
                Epoch = _written.Epoch + 1,
                Changed = time.GetUtcNow(),
            });
        }

        await _listing.EnterAsync(_written);
        await ForgetAsync();
        await RemovePartsAsync(_written.Request?.Machine.Description.Cpus.Length ?? 0);
        await state.ClearStateAsync(CancellationToken.None);
        _written = new();
        await _listing.DropAsync();
        DeactivateOnIdle();
        return Removal.Removed;
    }

    private async Task RemovePartsAsync(int cpus)
    {
        string key = this.GetPrimaryKeyString();
        var retries = options.Value.Retries(time);
        IGrain[] parts =
        [
            GrainFactory.GetGrain<IStopMachineGrain>(key), GrainFactory.GetGrain<IRunJournalGrain>(key),
            GrainFactory.GetGrain<IPageTableGrain>(key), GrainFactory.GetGrain<IScenarioGrain>(key),
        ];
        foreach (var part in parts)
        {
            await retries.CallAsync(async () =>
            {
                await part.AsReference<IMachinePartGrain>().Remove(CancellationToken.None);
                return true;
            });
        }

        var domain = new InnerShareableDomain(GrainFactory, key, options.Value, time, meter);
        var removed = await domain.Ask([.. Enumerable.Range(0, cpus)], async cpu =>
        {
            await cpu.AsReference<IMachinePartGrain>().Remove(CancellationToken.None);
            return cpu;
        });
        if (removed.Silent.Count > 0)
            throw new TimeoutException($"{removed.Silent.Count} CPUs of machine \"{key}\" did not answer");
    }
}
