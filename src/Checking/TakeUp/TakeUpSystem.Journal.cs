using Orleans.Mmu.Coordination.Journals;
using Orleans.Mmu.Exploration.Search;

namespace Orleans.Mmu.Checking.TakeUp;

/// <summary>
/// What coordinators read from the journal and write to it: RunJournal's and RunJournalGrain's rules.
/// </summary>
internal sealed partial class TakeUpSystem
{
    private void Read(
        in TakeUpState state, int epoch, ushort record, TakeUpKind kind, SuccessorBuffer<TakeUpState> into)
    {
        var head = _records[record];
        int label = TakeUpLabel.Of(kind, epoch);
        if (head.Life == RunLife.Ended)
        {
            var next = state;
            Leave(ref next, epoch);
            into.Add(next, label);
        }
        else if (head.Stamp.Epoch >= epoch)
            Over(state, epoch, label, into);
        else
        {
            var next = state;
            next.Coordinators[epoch - 1].Head = record;
            next.Coordinators[epoch - 1].Node = (byte)ProgramAction.Claim;
            into.Add(next, label);
        }
    }

    private void Claim(in TakeUpState state, int epoch, SuccessorBuffer<TakeUpState> into)
    {
        ushort read = state.Coordinators[epoch - 1].Head;
        var found = _records[read];
        var writer = JournalRecords.Writer(epoch);
        bool isOpen = found.Life == RunLife.Open;
        var claim = isOpen ? found.TakeUp(writer, epoch) : RunHead.Begin(writer, epoch);
        int label = TakeUpLabel.Of(TakeUpKind.Claim, epoch);
        var next = state;
        if (!_records.Accepts(state.Stored, claim, read))
        {
            // Another record was written since the read: the claim is made anew from that.
            next.Coordinators[epoch - 1].Head = JournalRecords.None;
            next.Coordinators[epoch - 1].Node = (byte)ProgramAction.Read;
            into.Add(next, label);
            return;
        }

        Store(ref next, epoch, claim);
        next.Coordinators[epoch - 1].FoundEpoch = (byte)found.Stamp.Epoch;
        bool isFirst = !isOpen && found.Stamp.Epoch == 0;
        Go(next, epoch, _program.Start(isOpen ? found.Phase : RunPhase.Idle, isFirst), label, into);
    }

    private void Write(in TakeUpState state, int epoch, RunHead record, ProgramNode node, TakeUpKind kind,
        SuccessorBuffer<TakeUpState> into)
    {
        ushort basedOn = state.Coordinators[epoch - 1].Head;
        int label = TakeUpLabel.Of(kind, epoch, (int)record.Phase);
        if (_options.Has(OldRules.RefusesFromMemory) && state.Stale != state.Stored
            && !_records.Accepts(state.Stale, record, basedOn))
            Over(state, epoch, TakeUpLabel.Of(TakeUpKind.EnterAtStale, epoch, (int)record.Phase), into);
        if (!_records.Accepts(state.Stored, record, basedOn))
        {
            Over(state, epoch, label, into);
            return;
        }

        var next = state;
        Store(ref next, epoch, record);
        if (record.Phase == RunPhase.Released)
            next.IsBetween = 0;
        if (node.Action != ProgramAction.End)
        {
            Go(next, epoch, node.Done, label, into);
            return;
        }

        Leave(ref next, epoch);
        into.Add(next, label);
    }

    private void Store(ref TakeUpState state, int epoch, RunHead record)
    {
        var before = _records[state.Stored];
        if (before.Life == RunLife.Ended)
            Flag(ref state, TakeUpProperty.Reopened);
        CheckOrder(ref state, epoch, (int)before.Stamp.Epoch);
        state.Stored = JournalRecords.Of(record);
        state.Coordinators[epoch - 1].Head = state.Stored;
    }
}
