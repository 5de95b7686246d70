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
            Dsb => !kind.OwnStores.WaitsForAll(at) || HasPerformed(state, kinds, cpu),
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
        if (_writers is not null && step is not null && HasBranchedBefore(kind, cpu, at, step))
            WriterTransitions.HasBranched(ref state, cpu);
        switch (step)
        {
            case null:
                _writers!.Return(ref state, kinds, cpu);
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
                    _writers.Complete(ref state, kinds, cpu, dsb.Kind);
                break;
            case Isb when _writers is null:
                state.Cpus[cpu].UsableUntilIsb = 0;
                break;
            case Isb:
                _writers.Synchronize(ref state, cpu);
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

    // A CPU that stop_machine() has reached was woken by CPU 0, as by a wait.
    private bool HasBranchedBefore(ToyCpuKind kind, int cpu, int at, Step step) =>
        EarlyWalks.Branches(step) || (cpu > 0 && _model.Announced > 0 && kind.IsStart(at));

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
