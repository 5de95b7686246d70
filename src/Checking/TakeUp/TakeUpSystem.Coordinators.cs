using System.Collections.Immutable;
using Orleans.Mmu.Exploration.Search;

namespace Orleans.Mmu.Checking.TakeUp;

/// <summary>The steps of a coordinator: the journal's claim, then the program of its run.</summary>
internal sealed partial class TakeUpSystem
{
    private void Coordinator(in TakeUpState state, int epoch, SuccessorBuffer<TakeUpState> into)
    {
        var slot = state.Coordinators[epoch - 1];
        var node = _program[slot.Node];
        if (node.Action == ProgramAction.Gone)
            return;
        Crash(state, epoch, into);
        switch (node.Action)
        {
            case ProgramAction.Read:
                Read(state, epoch, state.Stored, TakeUpKind.Read, into);
                if (_options.Has(OldRules.DecidesFromMemory) && state.Stale != state.Stored)
                    Read(state, epoch, state.Stale, TakeUpKind.ReadStale, into);
                return;
            case ProgramAction.Claim:
                Claim(state, epoch, into);
                return;
            case ProgramAction.ClaimTables:
                ClaimTables(state, epoch, node, into);
                break;
            case ProgramAction.Split:
                Split(state, epoch, node, into);
                break;
            case ProgramAction.Park or ProgramAction.Resume:
                TakeAnswers(state, epoch, node, into);
                break;
            case ProgramAction.Enter:
                Write(state, epoch, _records[slot.Head].Enter(node.Phase), node, TakeUpKind.Enter, into);
                break;
            default:
                Write(state, epoch, _records[slot.Head].End(node.IsCancelled), node, TakeUpKind.End, into);
                break;
        }

        Go(state, epoch, node.Cancelled, TakeUpLabel.Of(TakeUpKind.Cancel, epoch), into);
    }

    // The coordinator of the last epoch is not lost: the bound on epochs is the model's, not the machine's.
    private void Crash(in TakeUpState state, int epoch, SuccessorBuffer<TakeUpState> into)
    {
        if (epoch == _options.TakeUps)
            return;
        var next = state;
        Leave(ref next, epoch);
        into.Add(next, TakeUpLabel.Of(TakeUpKind.Crash, epoch));
        int found = state.Coordinators[epoch - 1].FoundEpoch;
        var lost = (Messages)((int)(Messages.Park | Messages.Resume | Messages.Abandon) << (epoch - 1));
        if (found > 0)
            lost |= (Messages)((int)Messages.Abandon << (found - 1));
        next.Sent &= ~lost;
        if (next.Sent != state.Sent)
            into.Add(next, TakeUpLabel.Of(TakeUpKind.CrashWithMessages, epoch));
    }

    private void ClaimTables(in TakeUpState state, int epoch, ProgramNode node, SuccessorBuffer<TakeUpState> into)
    {
        int label = TakeUpLabel.Of(TakeUpKind.ClaimTables, epoch);
        if (state.TableEpoch > epoch)
        {
            Over(state, epoch, label, into);
            return;
        }

        var next = state;
        ReachTables(ref next, epoch);
        Go(next, epoch, node.Done, label, into);
    }

    private void Split(in TakeUpState state, int epoch, ProgramNode node, SuccessorBuffer<TakeUpState> into)
    {
        int label = TakeUpLabel.Of(TakeUpKind.Split, epoch);
        if (state.TableEpoch > epoch)
        {
            Over(state, epoch, label, into);
            return;
        }

        var next = state;
        ReachTables(ref next, epoch);
        next.IsBetween = 1;
        var lacking = state.Cpus[_options.Secondaries - 1];
        bool isHeld = lacking.Life is CpuLife.Waits && GateOf(lacking).Current >= epoch
            || lacking.Life is CpuLife.Blank or CpuLife.Told or CpuLife.Dead;
        if (!isHeld)
            Flag(ref next, TakeUpProperty.OldCount);
        Go(next, epoch, node.Done, label, into);
        Go(next, epoch, node.Failed, TakeUpLabel.Of(TakeUpKind.OutOfMemory, epoch), into);
    }

    private void TakeAnswers(in TakeUpState state, int epoch, ProgramNode node, SuccessorBuffer<TakeUpState> into)
    {
        int answers = state.Coordinators[epoch - 1].Answers;
        var (none, stale, waits) = (0, 0, 0);
        for (int cpu = 0; cpu < _options.Secondaries; cpu++)
        {
            var answer = (AnswerKind)(answers >> 2 * cpu & 3);
            none += answer == AnswerKind.None ? 1 : 0;
            stale += answer == AnswerKind.Stale ? 1 : 0;
            waits += answer == AnswerKind.Waits ? 1 : 0;
        }

        int label = TakeUpLabel.Of(TakeUpKind.Answered, epoch);
        // An answer that came may as well have been lost.
        Go(state, epoch, node.Failed, TakeUpLabel.Of(TakeUpKind.Silent, epoch), into);
        if (stale > 0)
            Over(state, epoch, label, into);
        else if (none == 0)
            Go(state, epoch, node.Action == ProgramAction.Park && waits < _options.Secondaries ? node.Short : node.Done,
                label, into);
    }

    private static void ReachTables(ref TakeUpState state, int epoch)
    {
        CheckOrder(ref state, epoch, state.TableEpoch);
        state.TableEpoch = (byte)epoch;
    }

    private static void CheckOrder(ref TakeUpState state, int epoch, int before)
    {
        if (before > 0 && state.Coordinators[epoch - 1].Owner < state.Coordinators[before - 1].Owner)
            Flag(ref state, TakeUpProperty.OutOfOrder);
    }

    private void Go(in TakeUpState state, int epoch, ImmutableArray<ProgramEdge> edges, int label,
        SuccessorBuffer<TakeUpState> into)
    {
        foreach (var edge in edges)
        {
            var next = state;
            ref var slot = ref next.Coordinators[epoch - 1];
            (slot.Node, slot.Answers) = (edge.Target, 0);
            if (edge.AbandonsOwn)
                next.Sent |= (Messages)((int)Messages.Abandon << (epoch - 1));
            if (edge.AbandonsFound)
                next.Sent |= (Messages)((int)Messages.Abandon << (slot.FoundEpoch - 1));
            if (edge.Kills)
                next.Sent |= Messages.Die;
            if (_program[edge.Target].Action is ProgramAction.Park or ProgramAction.Resume)
            {
                var kind = _program[edge.Target].Action == ProgramAction.Park ? Messages.Park : Messages.Resume;
                next.Sent |= (Messages)((int)kind << (epoch - 1));
            }

            into.Add(next, label);
        }
    }

    // A coordinator is told that its epoch is over.
    private void Over(in TakeUpState state, int epoch, int label, SuccessorBuffer<TakeUpState> into)
    {
        var next = state;
        if (state.Handed <= epoch)
            Flag(ref next, TakeUpProperty.FalselyOver);
        int owner = state.Coordinators[epoch - 1].Owner;
        Leave(ref next, epoch);
        into.Add(next, label);
        if (_options.Has(OldRules.RepeatsRefusal) && state.Handed < _options.TakeUps)
            into.Add(HandOut(next, owner), label);
    }

    private static void Leave(ref TakeUpState state, int epoch)
    {
        int owner = state.Coordinators[epoch - 1].Owner;
        state.Coordinators[epoch - 1] = new() { Node = (byte)ProgramAction.Gone, Owner = (byte)owner };
    }
}
