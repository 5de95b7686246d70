using Orleans.Mmu.Coordination.Cpus;
using Orleans.Mmu.Coordination.Journals;
using Orleans.Mmu.Exploration.Search;

namespace Orleans.Mmu.Checking.TakeUp;

/// <summary>
/// What a CPU does when a message arrives, when it reads the flag, and when it has lost its memory: CpuGrain's rules.
/// </summary>
internal sealed partial class TakeUpSystem
{
    private static int CpuOf(int at) => at % TakeUpState.MaxSecondaries;

    private static bool IsFormer(int at) => at >= TakeUpState.MaxSecondaries;

    private static EpochGate GateOf(CpuSlot cpu) => new(cpu.Gate & 15, cpu.Gate >> 4);

    private static byte Pack(EpochGate gate) => (byte)(gate.Current | gate.Closed << 4);

    private void Cpu(in TakeUpState state, int at, SuccessorBuffer<TakeUpState> into)
    {
        var cpu = state.Cpus[at];
        switch (cpu.Life)
        {
            case CpuLife.Absent:
                return;
            case CpuLife.Blank:
                Ask(state, at, state.Stored, TakeUpKind.AskStanding, into);
                if (_options.Has(OldRules.DecidesFromMemory) && state.Stale != state.Stored)
                    Ask(state, at, state.Stale, TakeUpKind.AskStandingOfStale, into);
                return;
            case CpuLife.Told:
                HearStanding(state, at, into);
                return;
        }

        Hear(state, at, into);
        if (cpu.Life == CpuLife.Waits)
            ReadFlag(state, at, into);
        if (cpu.Life != CpuLife.Dead && !IsFormer(at) && state.Rebirths < _options.Rebirths)
            LoseMemory(state, at, into);
    }

    private static void Add(in TakeUpState state, int at, CpuSlot cpu, int label, SuccessorBuffer<TakeUpState> into)
    {
        var next = state;
        next.Cpus[at] = cpu;
        into.Add(next, label);
    }

    private void LoseMemory(in TakeUpState state, int at, SuccessorBuffer<TakeUpState> into)
    {
        var next = state;
        next.Rebirths++;
        next.Cpus[at] = new() { Life = CpuLife.Blank };
        into.Add(next, TakeUpLabel.Of(TakeUpKind.LoseMemory, at));
        int former = at + TakeUpState.MaxSecondaries;
        if (!_options.FormersLive || state.Cpus[former].Life != CpuLife.Absent)
            return;
        next.Cpus[former] = state.Cpus[at];
        into.Add(next, TakeUpLabel.Of(TakeUpKind.GetFollower, at));
    }

    private static void Ask(
        in TakeUpState state, int at, ushort record, TakeUpKind kind, SuccessorBuffer<TakeUpState> into) =>
        Add(state, at, new() { Life = CpuLife.Told, Standing = record }, TakeUpLabel.Of(kind, at), into);

    private void HearStanding(in TakeUpState state, int at, SuccessorBuffer<TakeUpState> into)
    {
        var standing = _records.Standing(state.Cpus[at].Standing);
        var life = standing.Waits && standing.Phase == RunPhase.Halted ? CpuLife.Dead
            : standing.IsHeld ? CpuLife.Waits : CpuLife.Runs;
        Add(state, at, new() { Life = life, Gate = Pack(EpochGate.Of(standing)) },
            TakeUpLabel.Of(TakeUpKind.HearStanding, at), into);
    }

    private void ReadFlag(in TakeUpState state, int at, SuccessorBuffer<TakeUpState> into)
    {
        var cpu = state.Cpus[at];
        long epoch = GateOf(cpu).Current;
        if (cpu.Zero == epoch && epoch > 0)
            Add(state, at, cpu with { Life = CpuLife.Runs, Zero = 0 }, TakeUpLabel.Of(TakeUpKind.HearFlag, at), into);
        else if (_records.ReadsZero(state.Stored, epoch))
            Add(state, at, cpu with { Zero = (byte)epoch }, TakeUpLabel.Of(TakeUpKind.AskFlag, at), into);
        // An activation whose record is older than the epoch asked for reads storage first.
        else if (_records[state.Stale].Stamp.Epoch >= epoch && _records.ReadsZero(state.Stale, epoch))
            Add(state, at, cpu with { Zero = (byte)epoch }, TakeUpLabel.Of(TakeUpKind.AskFlagOfStale, at), into);
    }

    private void Hear(in TakeUpState state, int at, SuccessorBuffer<TakeUpState> into)
    {
        for (int epoch = 1; epoch <= state.Handed; epoch++)
        {
            Confirm(state, at, epoch, into);
            if ((state.Sent & (Messages)((int)Messages.Park << (epoch - 1))) != 0)
                Perform(state, at, epoch, LastCommand.Park, into);
            if ((state.Sent & (Messages)((int)Messages.Resume << (epoch - 1))) != 0)
                Perform(state, at, epoch, LastCommand.Resume, into);
            if ((state.Sent & (Messages)((int)Messages.Abandon << (epoch - 1))) != 0)
                Abandon(state, at, epoch, into);
        }

        if (state.Sent.HasFlag(Messages.Die) && state.Cpus[at].Life != CpuLife.Dead)
            Add(state, at, state.Cpus[at] with { Life = CpuLife.Dead, Zero = 0 }, TakeUpLabel.Of(TakeUpKind.Die, at),
                into);
    }

    // A coordinator asks for it once its claim is written. Only the newest activation finds that it is.
    private void Confirm(in TakeUpState state, int at, int epoch, SuccessorBuffer<TakeUpState> into)
    {
        var cpu = state.Cpus[at];
        bool isAsked = _program[state.Coordinators[epoch - 1].Node].Action
            is not (ProgramAction.Absent or ProgramAction.Read or ProgramAction.Claim);
        if (isAsked && !IsFormer(at) && _options.FormersLive && cpu.Confirmed < epoch && !GateOf(cpu).IsOver(epoch))
            Add(state, at, cpu with { Confirmed = (byte)epoch }, TakeUpLabel.Of(TakeUpKind.Confirm, at, epoch), into);
    }

    private void Perform(
        in TakeUpState state, int at, int epoch, LastCommand command, SuccessorBuffer<TakeUpState> into)
    {
        var cpu = state.Cpus[at];
        int label = TakeUpLabel.Of(TakeUpKind.Perform, at, epoch << 2 | (int)command);
        var gate = GateOf(cpu);
        if (gate.IsOver(epoch))
        {
            Answer(state, at, epoch, command, AnswerKind.Stale, label, into);
            return;
        }

        // A repeat gets the answer that it has had.
        bool isKnown = cpu.Last != LastCommand.None && gate.Current == epoch && command <= cpu.Last;
        if (isKnown)
        {
            Answer(state, at, epoch, command,
                cpu.Last == LastCommand.Park ? AnswerKind.Waits : AnswerKind.Runs, label, into);
            return;
        }

        var next = state;
        if (command == LastCommand.Park && IsFormer(at) && cpu.Confirmed != epoch
            && !_options.Has(OldRules.CountsFormer))
        {
            // It finds that a newer activation has written, and is no more; the order goes there.
            next.Cpus[at] = default;
            into.Add(next, label);
            return;
        }

        var life = cpu.Life == CpuLife.Dead ? CpuLife.Dead
            : command == LastCommand.Park ? CpuLife.Waits : CpuLife.Runs;
        next.Cpus[at] = cpu with
        {
            Life = life,
            Gate = Pack(gate.Enter(epoch)),
            Last = command,
            Zero = cpu.Zero == epoch && life == CpuLife.Waits ? cpu.Zero : (byte)0,
        };
        Answer(next, at, epoch, command, life == CpuLife.Waits ? AnswerKind.Waits : AnswerKind.Runs, label, into);
    }

    private static void Abandon(in TakeUpState state, int at, int epoch, SuccessorBuffer<TakeUpState> into)
    {
        var cpu = state.Cpus[at];
        var gate = GateOf(cpu);
        if (gate.IsOver(epoch))
            return;
        Add(state, at, cpu with
        {
            Life = cpu.Life == CpuLife.Waits ? CpuLife.Runs : cpu.Life,
            Gate = Pack(gate.Close(epoch)),
            Zero = 0,
        }, TakeUpLabel.Of(TakeUpKind.Abandon, at, epoch), into);
    }

    // The coordinator hears it where that is the order which it has given last.
    private void Answer(in TakeUpState state, int at, int epoch, LastCommand command, AnswerKind answer, int label,
        SuccessorBuffer<TakeUpState> into)
    {
        var next = state;
        ref var slot = ref next.Coordinators[epoch - 1];
        var asked = _program[slot.Node].Action;
        if (asked == (command == LastCommand.Park ? ProgramAction.Park : ProgramAction.Resume))
        {
            int shift = 2 * CpuOf(at);
            slot.Answers = (byte)((slot.Answers & ~(3 << shift)) | (int)answer << shift);
        }

        into.Add(next, label);
    }
}
