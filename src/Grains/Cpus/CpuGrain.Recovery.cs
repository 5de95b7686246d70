using Microsoft.Extensions.Logging;
using Orleans.Mmu.Coordination.Cpus;
using Orleans.Mmu.Coordination.Journals;
using Orleans.Mmu.Interfaces.Calls;
using Orleans.Mmu.Interfaces.StopMachine;
using Orleans.Mmu.Linux.Protocols;
using Orleans.Mmu.Speculation.Adversary;

namespace Orleans.Mmu.Grains.Cpus;

/// <summary>
/// A CPU after the loss of its silo, a CPU that waits and reads the flag by itself, and a CPU that is removed.
/// </summary>
internal sealed partial class CpuGrain
{
    public async Task Remove(CancellationToken cancellationToken)
    {
        Disarm();
        DeactivateOnIdle();
        await state.ClearStateAsync(CancellationToken.None);
    }

    // Calls interleave: the first one makes the CPU, and the others wait until it is complete.
    private async ValueTask<SpeculatingCpu> SpeculatingCpuAsync()
    {
        if (_cpu is not null)
            return _cpu;
        var takingUp = _takingUp ??= TakeUp();
        try
        {
            return await takingUp;
        }
        catch
        {
            // The next call tries again; another one may have begun to already.
            if (_takingUp == takingUp)
                _takingUp = null;
            throw;
        }
    }

    private async Task<SpeculatingCpu> TakeUp()
    {
        _machine = await _replica.GetMachine(CancellationToken.None);
        var cpu = new SpeculatingCpu(_machine.Description, _key.Id);
        if (state.State.Run == CpuRunState.Dead)
            cpu.Cpu.Die();
        else if (state.State.Run == CpuRunState.Online)
            await TakeUp(cpu);
        return _cpu = cpu;
    }

    // The CPU has run before and its TLB is empty, which a real CPU may see at any time. It must not look at a map
    // while the run has it wait where it cannot see that map.
    private async Task TakeUp(SpeculatingCpu cpu)
    {
        await Persist(CpuRunState.Online, state.State.TakenUp + 1);
        var standing = await StandingAsync();
        _epoch.TakeUp(standing);
        if (standing.IsAbsent)
            return;
        _answers.IsReborn = standing.Phase != RunPhase.Idle;
        cpu.Cpu.PowerOn();
        if (standing.Waits && standing.Phase == RunPhase.Halted)
            cpu.Cpu.Die();
        if (!standing.IsHeld)
            return;
        var tables = await _tables.Version(0, CancellationToken.None);
        // While CPUs gather, the coordinator has no answer of this CPU yet, and its answer must have these steps. Once
        // the tables change the coordinator has them.
        cpu.Recording = standing.Phase == RunPhase.Gathering ? [] : null;
        cpu.Perform(KnownSteps.Of(standing.WayIn), plan: null, new(0, "", tables, tables));
        logger.LogWarning(
            "CPU {Cpu} lost its silo in epoch {Epoch}; it waits again", this.GetPrimaryKeyString(), standing.Epoch);
        ArmWake();
    }

    private Task<CpuStanding> StandingAsync()
    {
        var journal = GrainFactory.GetGrain<IRunJournalGrain>(_key.Machine);
        return options.Value.Retries(time).AskAsync(() => journal.GetStanding(_key.Id, CancellationToken.None));
    }

    // A silo that was declared dead and is not may hold an activation that another has replaced. The coordinator could
    // not know whether the older one sees the map, so only the newest activation counts in. An activation that comes
    // later asks the journal where the CPU stands, and is held.
    private async Task RefuseWhereFollowed()
    {
        if (await _fresh.IsNewestAsync())
            return;
        DeactivateOnIdle();
        throw new OvertakenException($"CPU {this.GetPrimaryKeyString()} was taken up by a newer activation");
    }

    private async Task GoBack(SpeculatingCpu cpu)
    {
        // A CPU that resumes without the coordinator stops recording; the coordinator sends the same steps again.
        cpu.Recording = null;
        if (cpu.Cpu.State == CpuRunState.Parked)
        {
            var tables = await _tables.Version(0, CancellationToken.None);
            _answers.Unasked(cpu.Perform(_epoch.WayBack, plan: null, new(0, "", tables, tables)));
        }

        Disarm();
    }

    // The wfe loop: a parked CPU wakes now and then and reads the flag, so that a lost message never parks it for ever.
    private void ArmWake()
    {
        if (_isArmed)
            return;
        _isArmed = true;
        Timer().Change(options.Value.WakePeriod, options.Value.WakePeriod);
    }

    private void Disarm()
    {
        _isArmed = false;
        _wake?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private IGrainTimer Timer() => _wake ??= this.RegisterGrainTimer(Wake, new GrainTimerCreationOptions
    {
        DueTime = Timeout.InfiniteTimeSpan,
        Period = Timeout.InfiniteTimeSpan,
        KeepAlive = true,
    });

    // A coordinator that is at work sends the way back itself, with windows between its steps. A CPU that went before
    // would miss those windows, and one seed would give other walks on a slow machine than on a fast one.
    private async Task<bool> IsCoordinatedAsync(CancellationToken cancellationToken)
    {
        try
        {
            var progress = await GrainFactory.GetGrain<IStopMachineGrain>(_key.Machine).GetProgress(cancellationToken)
                .WaitAsync(options.Value.AnswerTimeout, time, cancellationToken);
            return !progress.IsWaiting;
        }
        catch (Exception e) when (CallFailures.HasUnknownOutcome(e))
        {
            return false;
        }
    }

    private async Task Wake(CancellationToken cancellationToken)
    {
        try
        {
            var cpu = await SpeculatingCpuAsync();
            // A release leaves the timer armed, because disarming it takes time of the stop.
            if (cpu.Cpu.State != CpuRunState.Parked)
            {
                Disarm();
                return;
            }

            long epoch = _epoch.Current;
            var flag = await GrainFactory.GetGrain<IRunJournalGrain>(_key.Machine).ReadFlag(epoch, cancellationToken);
            // A later epoch may have parked the CPU again meanwhile: the flag that was read is not the one it waits
            // for.
            if (!flag.Released || await IsCoordinatedAsync(cancellationToken)
                || cpu.Cpu.State != CpuRunState.Parked || _epoch.Current != epoch)
                return;
            logger.LogWarning("CPU {Cpu} read the flag of epoch {Epoch} as zero and runs again by itself",
                this.GetPrimaryKeyString(), _epoch.Current);
            await GoBack(cpu);
        }
        catch (Exception e) when (CallFailures.HasUnknownOutcome(e))
        {
            logger.LogWarning("CPU {Cpu} could not read the flag of epoch {Epoch}; it wakes again: {Reason}",
                this.GetPrimaryKeyString(), _epoch.Current, e.Message);
        }
    }
}
