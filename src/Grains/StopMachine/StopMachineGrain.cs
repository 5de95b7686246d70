using Microsoft.Extensions.Options;
using Orleans.Mmu.Interfaces;
using Orleans.Mmu.Linux;

namespace Orleans.Mmu.Grains;

/// <summary>
/// The coordinator: one run at a time, each in a new epoch, which is persisted before the first CPU hears of it.
/// </summary>
public sealed class StopMachineGrain(
    [PersistentState("stop-machine")] IPersistentState<StopMachineState> state, IOptions<MmuOptions> options, TimeProvider time)
    : Grain, IStopMachineGrain
{
    private ProtocolRun? _run;
    private ReplayRun? _replay;

    public async Task<StopMachineReport> Run(StopMachineRequest request, CancellationToken cancellationToken)
    {
        var protocol = RepaintProtocols.Find(request.Protocol)
            ?? throw new ArgumentException($"\"{request.Protocol}\" is no protocol", nameof(request));
        string machine = this.GetPrimaryKeyString();
        state.State.Epoch++;
        await Persist(RunPhase.Gathering);
        var domain = new InnerShareableDomain(GrainFactory, machine, options.Value, time);
        var tables = GrainFactory.GetGrain<IPageTableGrain>(machine);
        if (!request.Replay.IsEmpty)
        {
            _replay = new ReplayRun(domain, tables, request, state.State.Epoch, time, Persist);
            return await _replay.Perform(cancellationToken);
        }

        _run = new ProtocolRun(domain, tables, protocol, request, state.State.Epoch, options.Value, time, Persist);
        return await _run.Perform(cancellationToken);
    }

    public Task<FlagReading> ReadFlag(long epoch, CancellationToken cancellationToken)
    {
        bool released = epoch < state.State.Epoch || state.State.Phase is RunPhase.Released or RunPhase.Abandoned or RunPhase.Idle;
        return Task.FromResult(new FlagReading(released, _run?.CurrentVersion ?? _replay?.CurrentVersion ?? 0));
    }

    public Task<BootProgress> GetProgress(CancellationToken cancellationToken) =>
        Task.FromResult(_run?.Progress ?? _replay?.Progress ?? new("waiting", 0, 0));

    private Task Persist(RunPhase phase)
    {
        state.State.Phase = phase;
        return state.WriteStateAsync(CancellationToken.None);
    }
}
