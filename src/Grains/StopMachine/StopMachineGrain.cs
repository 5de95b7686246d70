using Microsoft.Extensions.Options;
using Orleans.Mmu.Interfaces;
using Orleans.Mmu.Linux;

namespace Orleans.Mmu.Grains;

/// <summary>
/// The coordinator: one run, in an epoch that is persisted before the first CPU hears of it. An activation that finds a
/// run that was begun and not ended takes it up: from the beginning where nothing was changed, else from where it was.
/// </summary>
[MachinePlacement]
public sealed class StopMachineGrain(
    [PersistentState("stop-machine")] IPersistentState<StopMachineState> state, IOptions<MmuOptions> options, TimeProvider time)
    : Grain, IStopMachineGrain
{
    private RunJournal _journal = null!;
    private ProtocolRun? _run;
    private ReplayRun? _replay;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _journal = new(state, DeactivateOnIdle);
        return Task.CompletedTask;
    }

    public async Task<StopMachineReport> Run(StopMachineRequest request, CancellationToken cancellationToken)
    {
        var protocol = RepaintProtocols.Find(request.Protocol)
            ?? throw new ArgumentException($"\"{request.Protocol}\" is no protocol", nameof(request));
        if (state.State.Report is { Outcome: not MachineOutcome.Cancelled } known)
            return known;
        var found = state.State.Report is null && state.State.Request is not null ? state.State.Phase : RunPhase.Idle;
        long before = state.State.Epoch;
        if (found == RunPhase.Idle)
            await _journal.BeginAsync(request, time.GetUtcNow().Ticks);
        else
            await _journal.TakeUpAsync();

        string machine = this.GetPrimaryKeyString();
        var domain = new InnerShareableDomain(GrainFactory, machine, options.Value, time);
        var tables = GrainFactory.GetGrain<IPageTableGrain>(machine);
        var report = request.Replay.IsEmpty
            ? await Protocol(domain, tables, protocol, found, before).Perform(cancellationToken)
            : await Replay(domain, tables, found).Perform(cancellationToken);
        await _journal.EndAsync(report);
        return report;
    }

    public Task<FlagReading> ReadFlag(long epoch, CancellationToken cancellationToken) =>
        Task.FromResult(new FlagReading(_journal.Standings.IsReleased(epoch), _run?.CurrentVersion ?? _replay?.CurrentVersion ?? 0));

    public Task<CpuStanding> GetStanding(int cpu, CancellationToken cancellationToken) => Task.FromResult(_journal.Standings.Of(cpu));

    public Task<BootProgress> GetProgress(CancellationToken cancellationToken) =>
        Task.FromResult(_run?.Progress ?? _replay?.Progress ?? BootProgress.Waiting);

    private ProtocolRun Protocol(InnerShareableDomain domain, IPageTableGrain tables, Protocol protocol, RunPhase found, long before) =>
        _run = new ProtocolRun(domain, tables, protocol, _journal, new(found, before), options.Value, time);

    private ReplayRun Replay(InnerShareableDomain domain, IPageTableGrain tables, RunPhase found) =>
        _replay = new ReplayRun(domain, tables, _journal, found != RunPhase.Idle, time);
}
