using Orleans.Mmu.Interfaces.Calls;
using Orleans.Mmu.Interfaces.Reports;
using Orleans.Mmu.Interfaces.StopMachine;

namespace Orleans.Mmu.Grains.StopMachine;

/// <summary>
/// A coordinator's pen: writes how far its run has come, for as long as no other has taken the run up.
/// </summary>
internal sealed class RunJournal(IRunJournalGrain journal, RetryPolicy retries)
{
    private readonly Guid _writer = Guid.NewGuid();

    /// <summary>The record as it was last written.</summary>
    public RunRecord Record { get; private set; } = RunRecord.None;

    /// <summary>What has been found since, and before.</summary>
    public List<ViolationReport> Violations { get; } = [];

    /// <summary>What has been recorded since, and before.</summary>
    public List<RecordedEvent> Recorded { get; } = [];

    public async Task ReadAsync() => Record = await retries.AskAsync(() => journal.Read(CancellationToken.None));

    /// <summary>A new run, before any CPU hears of it.</summary>
    public Task BeginAsync(StopMachineRequest request, long began)
    {
        long epoch = Record.Epoch + 1;
        return WriteAsync(new()
        {
            Writer = _writer,
            Epoch = epoch,
            HeldFrom = epoch,
            Phase = RunPhase.Gathering,
            Request = request,
            Began = began
        });
    }

    /// <summary>
    /// The same run in a new epoch, since whoever performed the old one is no more, or soon will be told so.
    /// </summary>
    public Task TakeUpAsync()
    {
        var next = Record
            with
        { Writer = _writer, Epoch = Record.Epoch + 1, Sequence = 0, TakenUp = Record.TakenUp + 1 };
        Violations.AddRange(Record.Violations);
        // Where nothing was changed everyone runs again, and all of it begins anew.
        if (Record.Phase == RunPhase.Gathering)
            return WriteAsync(next with { HeldFrom = next.Epoch });
        Recorded.AddRange(Record.Recorded);
        return WriteAsync(next);
    }

    public Task EnterAsync(RunPhase phase) => WriteAsync(Next() with { Phase = phase });

    /// <summary>The run is given up.</summary>
    public Task GiveUpAsync(RunPhase phase, MachineOutcome outcome) =>
        WriteAsync(Next() with { Phase = phase, Outcome = outcome });

    /// <summary>What has been found and recorded.</summary>
    public Task SaveAsync() => WriteAsync(Next());

    /// <summary>The run is over. Its trace is the caller's to keep.</summary>
    public Task EndAsync(StopMachineReport report) => WriteAsync(Next() with
    {
        Report = report with { Trace = [] },
        Violations = [],
        Recorded = [],
        // Who must not run again stays where it is, whoever asks.
        Phase = Record.Phase == RunPhase.Halted ? RunPhase.Halted : RunPhase.Idle,
    });

    private RunRecord Next() =>
        Record with { Sequence = Record.Sequence + 1, Violations = [.. Violations], Recorded = [.. Recorded] };

    private async Task WriteAsync(RunRecord record)
    {
        if (!await retries.AskAsync(() => journal.Write(record, CancellationToken.None)))
            throw new OvertakenException($"epoch {record.Epoch} is over: another activation has taken the run up");
        Record = record;
    }
}
