using System.Collections.Immutable;
using Orleans.Mmu.Coordination.Journals;
using Orleans.Mmu.Coordination.Runs;
using Orleans.Mmu.Interfaces.Calls;
using Orleans.Mmu.Interfaces.Reports;
using Orleans.Mmu.Interfaces.StopMachine;
using Orleans.Mmu.Speculation.Recording;

namespace Orleans.Mmu.Grains.StopMachine;

/// <summary>
/// A coordinator's access to the journal: it claims a run for an epoch, and then writes the run's progress until a
/// later epoch claims the run.
/// </summary>
internal sealed class RunJournal(IRunJournalGrain journal, RetryPolicy retries)
{
    private readonly Guid _writer = Guid.NewGuid();

    /// <summary>The record as it was last read or written.</summary>
    public RunRecord Record { get; private set; } = RunRecord.None;

    /// <summary>Every recorded event, those of earlier epochs among them.</summary>
    public List<RunEvent> Recorded { get; } = [];

    /// <summary>
    /// Reads the record and claims the run for the epoch of a request: a new run, or one that was begun and not ended.
    /// A run that is over is left as it is.
    /// </summary>
    /// <returns>The head of the record that was found.</returns>
    /// <exception cref="EpochOverException">A later epoch has claimed the run.</exception>
    public async Task<RunHead> ClaimAsync(StopMachineRequest request)
    {
        while (true)
        {
            Record = await retries.AskAsync(() => journal.Read(CancellationToken.None));
            var found = Record.Head;
            if (found.Life == RunLife.Ended)
                return found;
            if (found.Stamp.Epoch >= request.Epoch)
                throw EpochOverException.Of(request.Epoch, found.Stamp.Epoch);
            var next = found.Life == RunLife.Open
                ? Record.With(found.TakeUp(_writer, request.Epoch)) with { Recorded = Kept(Record) }
                : new RunRecord { Request = request }.With(RunHead.Begin(_writer, request.Epoch));
            // Where another record was written since the read, the claim is made anew from that.
            if (!await TryWriteAsync(next))
                continue;
            Recorded.AddRange(next.Recorded);
            return found;
        }
    }

    /// <summary>The run in another phase.</summary>
    /// <param name="outcome">How a run that is given up failed; null otherwise.</param>
    public Task EnterAsync(RunPhase phase, MachineOutcome? outcome, RunState state) =>
        WriteAsync(Next(state, Record.Head.Enter(phase)) with
        {
            Outcome = outcome ?? Record.Outcome,
            Elapsed = state.Elapsed.Picoseconds,
            Blocks = state.Blocks,
        });

    /// <summary>The run in the same phase with what has been found since.</summary>
    // A take-up repeats the phase: time and blocks remain those with which the phase began.
    public Task SaveAsync(RunState state) => WriteAsync(Next(state, Record.Head.Enter(Record.Phase)));

    /// <summary>The run is over. Its timeline is the caller's to keep.</summary>
    public Task EndAsync(StopMachineReport report) => WriteAsync(
        Record.With(Record.Head.End(report.Outcome == MachineOutcome.Cancelled)) with
        {
            Report = report with { Trace = [], Sighted = [] },
            Violations = [],
            Recorded = [],
        });

    private RunRecord Next(RunState state, RunHead head) => Record.With(head) with
    {
        Violations = state.Findings.Violations,
        Recorded = [.. Recorded],
    };

    // Where nothing was changed every CPU runs again, and the recording begins anew.
    private static ImmutableArray<RunEvent> Kept(RunRecord record) =>
        record.Phase == RunPhase.Gathering ? [] : record.Recorded;

    private async Task WriteAsync(RunRecord record)
    {
        if (!await TryWriteAsync(record))
            throw new EpochOverException($"epoch {record.Epoch} is over: a later one has taken the run up");
    }

    private async Task<bool> TryWriteAsync(RunRecord record)
    {
        var basedOn = Record.Head.Stamp;
        if (!await retries.AskAsync(() => journal.Write(record, basedOn, CancellationToken.None)))
            return false;
        Record = record;
        return true;
    }
}
