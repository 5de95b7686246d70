using Orleans.Mmu.Interfaces;

namespace Orleans.Mmu.Grains;

/// <summary>
/// What a coordinator has written down. Others are told of what is written, never of what is being written: a write may
/// fail, and an activation that is no longer the one finds out by that.
/// </summary>
internal sealed class RunJournal(IPersistentState<StopMachineState> state, Action lost)
{
    private CpuStandings _written = CpuStandings.Of(state.State);

    /// <summary>Where each CPU stands in the run, as written.</summary>
    public CpuStandings Standings => _written;

    public StopMachineState State => state.State;

    /// <summary>A new run, before any CPU hears of it.</summary>
    public Task BeginAsync(StopMachineRequest request, long began)
    {
        var now = state.State;
        (now.Epoch, now.Phase, now.Request, now.Began, now.TakenUp, now.Report) = (now.Epoch + 1, RunPhase.Gathering, request, began, 0, null);
        now.HeldFrom = now.Epoch;
        now.Violations = [];
        now.Recorded = [];
        return WriteAsync();
    }

    /// <summary>The same run in a new epoch, since whoever performed the old one is no more, or soon will be told so.</summary>
    public Task TakeUpAsync()
    {
        var now = state.State;
        now.Epoch++;
        now.TakenUp++;
        if (now.Phase == RunPhase.Gathering)
        {
            // Nothing was changed: everyone runs again, and all of it begins anew.
            now.HeldFrom = now.Epoch;
            now.Recorded = [];
        }

        return WriteAsync();
    }

    public Task EnterAsync(RunPhase phase)
    {
        state.State.Phase = phase;
        return WriteAsync();
    }

    /// <summary>The run is given up.</summary>
    public Task GiveUpAsync(RunPhase phase, MachineOutcome outcome)
    {
        state.State.Outcome = outcome;
        return EnterAsync(phase);
    }

    /// <summary>What has been found and recorded since the last write.</summary>
    public Task SaveAsync() => WriteAsync();

    /// <summary>The run is over. Its trace is the caller's to keep.</summary>
    public Task EndAsync(StopMachineReport report)
    {
        state.State.Report = report with { Trace = [] };
        state.State.Violations = [];
        state.State.Recorded = [];
        // Who must not run again stays where it is, whoever asks.
        return EnterAsync(state.State.Phase == RunPhase.Halted ? RunPhase.Halted : RunPhase.Idle);
    }

    private async Task WriteAsync()
    {
        try
        {
            await state.WriteStateAsync(CancellationToken.None);
            _written = CpuStandings.Of(state.State);
        }
        catch
        {
            lost();
            throw;
        }
    }
}
