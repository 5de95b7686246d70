using Orleans.Mmu.Coordination.Cpus;
using Orleans.Mmu.Coordination.Journals;
using Orleans.Mmu.Grains.Options;
using Orleans.Mmu.Grains.Placement;
using Orleans.Mmu.Interfaces.Calls;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Interfaces.StopMachine;

namespace Orleans.Mmu.Grains.StopMachine;

/// <summary>
/// Keeps the record of a run. A record is in memory only once storage has acknowledged it, and a question that decides
/// something is answered from storage: a silo that was declared dead and is not may hold an older activation.
/// </summary>
[GrainType("runjournal"), MachinePlacement, CollectionAgeLimit(Minutes = MmuOptions.MinutesIdle)]
public sealed class RunJournalGrain([PersistentState("run")] IPersistentState<RunJournalState> state)
    : Grain, IRunJournalGrain, IMachinePartGrain
{
    private RunRecord Record => state.State.Record;

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
            // An activation that another has followed must not refuse what storage would take.
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
            await state.WriteStateAsync(CancellationToken.None);
        }
        catch
        {
            // It is unknown whether the record was written: the next activation reads what is.
            state.State.Record = now;
            DeactivateOnIdle();
            throw;
        }

        return true;
    }

    public async Task<FlagReading> ReadFlag(long epoch, CancellationToken cancellationToken)
    {
        // The CPU was parked by a later epoch than this record is of: it is not the newest.
        if (epoch > Record.Epoch)
            await state.ReadStateAsync(CancellationToken.None);
        return epoch > Record.Epoch
            ? throw new OvertakenException($"epoch {epoch} has begun elsewhere; the newest here is {Record.Epoch}")
            : new(Record.Head.ReadsFlagAsZero(epoch));
    }

    public async Task<CpuStanding> GetStanding(int cpu, CancellationToken cancellationToken)
    {
        await state.ReadStateAsync(CancellationToken.None);
        var request = Record.Request;
        // A counterexample says itself what each CPU does.
        var protocol = request is { Replay.IsEmpty: true } ? KnownProtocols.Find(request.Protocol) : null;
        return CpuStanding.Of(Record.Head, protocol, request?.Cpus.IndexOf(cpu) > 0);
    }

    public async Task Remove(CancellationToken cancellationToken)
    {
        DeactivateOnIdle();
        await state.ClearStateAsync(CancellationToken.None);
    }
}

/// <summary>What must survive of a run.</summary>
[GenerateSerializer, Alias("mmu.RunJournalState")]
public sealed class RunJournalState
{
    [Id(0)]
    public RunRecord Record { get; set; } = RunRecord.None;
}
