using Orleans.Mmu.Grains.Options;
using Orleans.Mmu.Grains.Placement;
using Orleans.Mmu.Interfaces.StopMachine;

namespace Orleans.Mmu.Grains.StopMachine;

/// <summary>Keeps the record of a run; nobody is told what is not yet written.</summary>
[MachinePlacement, CollectionAgeLimit(Minutes = MmuOptions.MinutesIdle)]
public sealed class RunJournalGrain([PersistentState("run")] IPersistentState<RunJournalState> state)
    : Grain, IRunJournalGrain
{
    private CpuStandings _standings = null!;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _standings = new(state.State.Record);
        return Task.CompletedTask;
    }

    public Task<RunRecord> Read(CancellationToken cancellationToken) => Task.FromResult(state.State.Record);

    public async Task<bool> Write(RunRecord record, CancellationToken cancellationToken)
    {
        var now = state.State.Record;
        bool isSame = record.Writer == now.Writer && record.Epoch == now.Epoch;
        if (isSame ? record.Sequence <= now.Sequence : record.Epoch != now.Epoch + 1)
            return isSame;
        try
        {
            state.State.Record = record;
            await state.WriteStateAsync(CancellationToken.None);
        }
        catch
        {
            // Nobody knows whether it was written: the next activation reads what is.
            state.State.Record = now;
            DeactivateOnIdle();
            throw;
        }

        _standings = new(record);
        return true;
    }

    public Task<FlagReading> ReadFlag(long epoch, CancellationToken cancellationToken) =>
        Task.FromResult(new FlagReading(_standings.IsReleased(epoch)));

    public Task<CpuStanding> GetStanding(int cpu, CancellationToken cancellationToken) =>
        Task.FromResult(_standings.Of(cpu));
}

/// <summary>What must survive of a run.</summary>
[GenerateSerializer, Alias("mmu.RunJournalState")]
public sealed class RunJournalState
{
    [Id(0)]
    public RunRecord Record { get; set; } = RunRecord.None;
}
