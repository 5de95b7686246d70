using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Checking.Transitions;

/// <summary>
/// The steps of a machine: a CPU performs the next step of its program, or a store leaves a store buffer.
/// </summary>
internal sealed partial class MachineTransitions
{
    private readonly MachineModel _model;
    private readonly FlagModel _flag;
    private readonly MayClosure _closure;
    // Null where only CPU 0 stores descriptors and broadcasts TLBIs.
    private readonly WriterTransitions? _writers;

    public MachineTransitions(MachineModel model, FlagModel flag)
    {
        (_model, _flag, _closure) = (model, flag, new MayClosure(model));
        _writers = model.Layout is null ? null : new WriterTransitions(model, _closure);
    }

    /// <summary>The initial state: every CPU runs on swapper_pg_dir and may have walked all of it.</summary>
    public void Begin(ref ToyState state, ReadOnlySpan<ToyCpuKind> kinds)
    {
        state.Memory = 0;
        state.Flag = 0;
        state.Cpus.Clear();
        state.Writers.Clear();
        Close(ref state, kinds);
    }

    /// <summary>Closes the may-sets of a state that no step produced.</summary>
    public void Close(ref ToyState state, ReadOnlySpan<ToyCpuKind> kinds)
    {
        if (_writers is { } writers)
            writers.Close(ref state, kinds);
        else
            _closure.Close(ref state, kinds);
    }

    /// <summary>Whether a CPU can perform its next step now.</summary>
    public bool CanStep(in ToyState state, ReadOnlySpan<ToyCpuKind> kinds, int cpu)
    {
        var kind = kinds[cpu];
        int at = state.Cpus[cpu].Point;
        if (kind.StepAt(at) is not { } step)
            return kind.Next(at) >= 0;
        if (!_model.IsReached(state, kinds, cpu))
            return false;
        return step switch
        {
            AwaitAll => _flag.IsComplete(state.Flag, HasCounted(state, kinds[^1])),
            AwaitRelease => _flag.IsZero(state.Flag),
            // A DSB ends once every earlier store is performed.
            Dsb => HasPerformed(state, kinds, cpu),
            AllocatorLock { Take: true } => !FlagModel.IsLocked(state.Flag, 0),
            TableLock { Take: true } taken => !FlagModel.IsLocked(state.Flag, _model.NumberOf(taken.Name)),
            AllocatorLock or TableLock or SkipUnless or SetWord or SkipUnlessWord or AccessPage => true,
            // An atomic addition comes after the CPU's own earlier store to the word.
            AddToWord add => Buffered(state, kinds, cpu, add.Name) is null,
            AwaitWord wait => Holds(state, kinds, cpu, wait.Name, wait.Operand),
            WriteTtbr0 or WriteTtbr1 or SetT0sz or SetWalks or Isb or Dmb or Tlbi or TlbiRange => true,
            EnterIdmap or LeaveIdmap or TouchStack or RaiseFlag or CountIn or ClearFlag or Stopped => true,
            SendIpi or MaskInterrupts => true,
            SplitToPages or WriteEntries or FreeTable => true,
            _ => throw new UnknownStepException(step, nameof(MachineTransitions)),
        };
    }

    /// <summary>Performs the next step of a CPU that can.</summary>
    public void Step(ref ToyState state, ReadOnlySpan<ToyCpuKind> kinds, int cpu)
    {
        var kind = kinds[cpu];
        int at = state.Cpus[cpu].Point;
        var step = kind.StepAt(at);
        switch (step)
        {
            case null:
                WriterTransitions.Return(ref state, kinds, cpu);
                Close(ref state, kinds);
                return;
            case Tlbi or TlbiRange:
                if (_writers is null)
                    Issue(ref state, kinds, cpu, at);
                else
                    _writers.Issue(ref state, kinds, cpu, at);
                break;
            case Dsb dsb:
                if (_writers is null)
                    Complete(ref state, kinds, cpu, dsb.Kind);
                else
                    WriterTransitions.Complete(ref state, kinds, cpu, dsb.Kind);
                break;
            case Isb:
                state.Cpus[cpu].UsableUntilIsb = 0;
                break;
            case RaiseFlag:
                state.Flag = _flag.Raise(state.Flag);
                break;
            case CountIn:
                state.Flag = _flag.Count(state.Flag);
                break;
            case AllocatorLock change:
                Change(ref state, 0, change.Take);
                break;
            case TableLock change:
                Change(ref state, _model.NumberOf(change.Name), change.Take);
                break;
            case FreeTable:
                if (_writers is null)
                    state.Memory |= Immediate(at);
                else
                    _writers.StoreAtOnce(ref state, kinds, cpu, at);
                break;
            case SkipUnless condition:
                WriterTransitions.Skip(ref state, kinds, cpu, _writers!.Holds(state, kinds, cpu, condition));
                _writers.Close(ref state, kinds);
                return;
            case SkipUnlessWord condition:
                WriterTransitions.Skip(
                    ref state, kinds, cpu, Holds(state, kinds, cpu, condition.Name, condition.Operand));
                _writers!.Close(ref state, kinds);
                return;
            case AddToWord add:
                state.Flag = _flag.Words.Incremented(state.Flag, add.Name);
                break;
            // These stores enter the store buffer when the CPU's point advances.
            case WriteEntries or ClearFlag or SetWord:
            // The CPU's point records what these steps change.
            case WriteTtbr0 or WriteTtbr1 or SetT0sz or SetWalks or EnterIdmap or LeaveIdmap or TouchStack
                or AwaitAll or AwaitRelease or Stopped or Dmb or AwaitWord or MaskInterrupts:
                break;
            case SendIpi:
                WriterTransitions.Send(ref state, kinds, cpu);
                break;
            // An access is judged in every state in which it may be performed, and changes nothing.
            case AccessPage:
                break;
            // In a script, a split is already replaced by its stores.
            case SplitToPages:
                break;
            default:
                throw new UnknownStepException(step, nameof(MachineTransitions));
        }

        // An atomic change of the flag or of a lock is a store, performed at once.
        if (_writers is not null
            && step is RaiseFlag or CountIn or AddToWord or FreeTable or AllocatorLock { Take: true }
                or TableLock { Take: true })
            WriterTransitions.HasStored(ref state, cpu);
        state.Cpus[cpu].Point = kind.Next(at);
        Close(ref state, kinds);
    }

    /// <summary>Stores of a CPU that may be performed next, as a mask.</summary>
    public uint Drainable(in ToyState state, ReadOnlySpan<ToyCpuKind> kinds, int cpu)
    {
        if (_writers is not null)
            return WriterTransitions.Drainable(state, kinds, cpu);
        if (cpu > 0)
            return 0;
        uint pending = _model.IssuedBefore[state.Cpus[0].Point] & ~state.Memory;
        uint drainable = 0;
        for (; pending != 0; pending &= pending - 1)
        {
            var store = _model.Stores[System.Numerics.BitOperations.TrailingZeroCount(pending)];
            if ((store.After & ~state.Memory) == 0)
                drainable |= store.Bit;
        }

        return drainable;
    }

    /// <summary>Performs a store of a CPU: every walker and every CPU may see it from now on.</summary>
    public void Drain(ref ToyState state, ReadOnlySpan<ToyCpuKind> kinds, int cpu, int store)
    {
        if (_writers is { } writers)
        {
            writers.Drain(ref state, kinds, cpu, store, _flag);
            writers.Close(ref state, kinds);
            return;
        }

        state.Memory |= 1u << store;
        if (_model.Stores[store].IsFlag)
            state.Flag = _flag.Clear(state.Flag);
        else if (_model.Stores[store].Sets is var (name, value))
            state.Flag = _flag.Words.With(state.Flag, name, value);
        _closure.Close(ref state, kinds);
    }

    /// <summary>Whether every program has ended and every store is performed.</summary>
    public bool IsFinal(in ToyState state, ReadOnlySpan<ToyCpuKind> kinds)
    {
        for (int i = 0; i < kinds.Length; i++)
        {
            if (!kinds[i].IsEnd(state.Cpus[i].Point))
                return false;
            if (_writers is not null && !WriterTransitions.HasPerformed(state, kinds, i))
                return false;
        }

        return _writers is not null || state.Memory == _model.IssuedBefore[^1];
    }

    /// <summary>Whether every store that a CPU has issued is performed.</summary>
    public bool HasPerformed(in ToyState state, ReadOnlySpan<ToyCpuKind> kinds, int cpu) =>
        _writers is not null ? WriterTransitions.HasPerformed(state, kinds, cpu)
        : cpu > 0 || (_model.IssuedBefore[state.Cpus[0].Point] & ~state.Memory) == 0;

    // Where several CPUs store, a lock is given back by a store that may be performed later.
    private void Change(ref ToyState state, int number, bool take)
    {
        if (take)
            state.Flag = FlagModel.Lock(state.Flag, number);
        else if (_writers is null)
            state.Flag = FlagModel.Unlock(state.Flag, number);
    }

    private static bool HasCounted(in ToyState state, ToyCpuKind last) =>
        !last.IsCounted || last.Points[state.Cpus[^1].Point].Counted;
}
