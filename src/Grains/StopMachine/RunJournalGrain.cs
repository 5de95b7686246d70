using Microsoft.Extensions.DependencyInjection;
using Orleans.Mmu.Coordination.Cpus;
using Orleans.Mmu.Coordination.Journals;
using Orleans.Mmu.Grains.Options;
using Orleans.Mmu.Grains.Placement;
using Orleans.Mmu.Grains.Storage;
using Orleans.Mmu.Interfaces.Calls;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Interfaces.StopMachine;
using Orleans.Storage;

namespace Orleans.Mmu.Grains.StopMachine;

/// <summary>
/// Keeps the record of a run. A record is in memory only once storage has acknowledged it, and a question that decides
/// something is answered from storage: a silo that was declared dead and is not may hold an older activation.
/// </summary>
[GrainType("runjournal"), MachinePlacement, CollectionAgeLimit(Minutes = MmuOptions.MinutesIdle)]
internal sealed class RunJournalGrain(
    [PersistentState(RunJournalGrain.StateName)] IPersistentState<RunJournalState> state)
    : Grain, IRunJournalGrain, IMachinePartGrain
{
    private const string StateName = "run";

    private FreshState<RunJournalState> _fresh = null!;

    private RunRecord Record => state.State.Record;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _fresh = new(state, StateName, this.GetGrainId(),
            ServiceProvider.GetRequiredKeyedService<IGrainStorage>("Default"));
        return Task.CompletedTask;
    }

    public async Task<RunRecord> Read(CancellationToken cancellationToken)
    {
        await state.ReadStateAsync(CancellationToken.None);
        return Record;
    }

    public async Task<bool> Write(RunRecord record, RunStamp basedOn, CancellationToken cancellationToken)
    {
        var now = Record;
        if (now.Head.IsRepeat(record.Head))
            return true;
        if (!now.Head.MayReplace(record.Head, basedOn))
        {
            // An activation that another has replaced must not refuse a record that storage would accept.
            await state.ReadStateAsync(CancellationToken.None);
            now = Record;
            if (now.Head.IsRepeat(record.Head))
                return true;
            if (!now.Head.MayReplace(record.Head, basedOn))
                return false;
        }

        try
        {
            state.State.Record = record;
            await state.WriteOrDeactivateAsync(this);
        }
        catch
        {
            // It is unknown whether the record was written: the next activation reads storage.
            state.State.Record = now;
            throw;
        }

        return true;
    }

    public async Task<FlagReading> ReadFlag(long epoch, CancellationToken cancellationToken)
    {
        // The CPU was parked by a later epoch than this record's: the record is not the newest.
        if (epoch > Record.Epoch)
            await state.ReadStateAsync(CancellationToken.None);
        return epoch > Record.Epoch
            ? throw new OvertakenException($"epoch {epoch} has begun elsewhere; the newest here is {Record.Epoch}")
            : new(Record.Head.ReadsFlagAsZero(epoch));
    }

    public async Task<CpuStanding> GetStanding(int cpu, CancellationToken cancellationToken)
    {
        var record = (await _fresh.ReadAsync()).State!.Record;
        var request = record.Request;
        // In a replay, the counterexample itself says what each CPU does.
        var protocol = request is { Replay.IsEmpty: true } ? KnownProtocols.Of(request) : null;
        return CpuStanding.Of(record.Head, protocol, request?.Cpus.IndexOf(cpu) ?? -1);
    }

    public async Task Remove(CancellationToken cancellationToken)
    {
        DeactivateOnIdle();
        await state.ClearStateAsync(CancellationToken.None);
    }
}

/// <summary>What must survive of a run.</summary>
[GenerateSerializer, Alias("mmu.RunJournalState")]
internal sealed class RunJournalState
{
    [Id(0)]
    public RunRecord Record { get; set; } = RunRecord.None;
}
