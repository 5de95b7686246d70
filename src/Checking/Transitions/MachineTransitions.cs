using Orleans.Mmu.Arm.Barriers;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Checking.Transitions;

/// <summary>
/// The steps of a machine: a CPU performs the next step of its program, or a store leaves CPU 0's buffer.
/// </summary>
internal sealed class MachineTransitions(MachineModel model, FlagModel flag)
{
    private readonly MayClosure _closure = new(model);

    /// <summary>The initial state: every CPU runs on swapper_pg_dir and may have walked all of it.</summary>
    public void Begin(ref ToyState state, ReadOnlySpan<ToyCpuKind> kinds)
    {
        state.Performed = 0;
        state.Flag = 0;
        state.Cpus.Clear();
        _closure.Close(ref state, kinds);
    }

    /// <summary>Closes the may-sets of a state that no step produced.</summary>
    public void Close(ref ToyState state, ReadOnlySpan<ToyCpuKind> kinds) => _closure.Close(ref state, kinds);

    /// <summary>Whether a CPU can perform its next step now.</summary>
    public bool CanStep(in ToyState state, ReadOnlySpan<ToyCpuKind> kinds, int cpu)
    {
        var kind = kinds[cpu];
        int at = state.Cpus[cpu].Point;
        if (at >= kind.Program.Length)
            return false;
        if (cpu > 0 && at == kind.Start && state.Cpus[0].Point < model.Announced)
            return false;
        var step = kind.Program[at].Step;
        return step switch
        {
            AwaitAll => flag.IsComplete(state.Flag, HasCounted(state, kinds[^1])),
            AwaitRelease => flag.IsZero(state.Flag),
            // A DSB ends once every earlier store is performed.
            Dsb when cpu == 0 => (model.IssuedBefore[at] & ~state.Performed) == 0,
            AllocatorLock { Take: true } => !FlagModel.IsLocked(state.Flag),
            Dsb or AllocatorLock or WriteTtbr0 or WriteTtbr1 or SetT0sz or SetWalks or Isb or Dmb => true,
            Tlbi or TlbiRange or EnterIdmap or LeaveIdmap or TouchStack or RaiseFlag or CountIn or ClearFlag or Stopped => true,
            SplitToPages or WriteEntries or FreeTable => true,
            _ => throw new UnknownStepException(step, nameof(MachineTransitions)),
        };
    }

    /// <summary>Performs the next step of a CPU that can.</summary>
    public void Step(ref ToyState state, ReadOnlySpan<ToyCpuKind> kinds, int cpu)
    {
        var kind = kinds[cpu];
        int at = state.Cpus[cpu].Point;
        var step = kind.Program[at].Step;
        switch (step)
        {
            case Tlbi or TlbiRange:
                Issue(ref state, kinds, cpu, at);
                break;
            case Dsb dsb:
                Complete(ref state, kinds, cpu, dsb.Kind);
                break;
            case Isb:
                state.Cpus[cpu].UsableUntilIsb = 0;
                break;
            case RaiseFlag:
                state.Flag = flag.Raise(state.Flag);
                break;
            case CountIn:
                state.Flag = flag.Count(state.Flag);
                break;
            case AllocatorLock change:
                state.Flag = change.Take ? FlagModel.Lock(state.Flag) : FlagModel.Unlock(state.Flag);
                break;
            case FreeTable:
                state.Performed |= Immediate(at);
                break;
            // These stores enter the store buffer when the CPU's point advances.
            case WriteEntries or ClearFlag:
            // The CPU's point records what these steps change.
            case WriteTtbr0 or WriteTtbr1 or SetT0sz or SetWalks or EnterIdmap or LeaveIdmap or TouchStack
                or AwaitAll or AwaitRelease or Stopped or Dmb:
                break;
            // In a script, a split is already replaced by its stores.
            case SplitToPages:
                break;
            default:
                throw new UnknownStepException(step, nameof(MachineTransitions));
        }

        state.Cpus[cpu].Point++;
        _closure.Close(ref state, kinds);
    }

    /// <summary>Stores of CPU 0 that may be performed next, as a mask.</summary>
    public uint Drainable(in ToyState state)
    {
        uint pending = model.IssuedBefore[state.Cpus[0].Point] & ~state.Performed;
        uint drainable = 0;
        for (; pending != 0; pending &= pending - 1)
        {
            var store = model.Stores[System.Numerics.BitOperations.TrailingZeroCount(pending)];
            if ((store.After & ~state.Performed) == 0)
                drainable |= store.Bit;
        }

        return drainable;
    }

    /// <summary>Performs a store: every walker and every CPU may see it from now on.</summary>
    public void Drain(ref ToyState state, ReadOnlySpan<ToyCpuKind> kinds, int store)
    {
        state.Performed |= 1u << store;
        if (model.Stores[store].IsFlag)
            state.Flag = FlagModel.Clear(state.Flag);
        _closure.Close(ref state, kinds);
    }

    /// <summary>Whether every program has ended and every store is performed.</summary>
    public bool IsFinal(in ToyState state, ReadOnlySpan<ToyCpuKind> kinds)
    {
        for (int i = 0; i < kinds.Length; i++)
        {
            if (state.Cpus[i].Point < kinds[i].Program.Length)
                return false;
        }

        return state.Performed == model.IssuedBefore[^1];
    }

    private void Issue(ref ToyState state, ReadOnlySpan<ToyCpuKind> kinds, int cpu, int at)
    {
        var kind = kinds[cpu];
        uint scope = kind.Scope(at);
        uint keeps = kind.Keeps(at);
        bool broadcast = kind.Points[at + 1].BroadcastPending;
        for (int i = 0; i < kinds.Length; i++)
        {
            if (i != cpu && !broadcast)
                continue;
            ref var target = ref state.Cpus[i];
            uint left = _closure.After(target.MaySet, scope, keeps, kinds[i].Points[target.Point]);
            ref uint after = ref i == cpu ? ref target.MaySetAfterLocal : ref target.MaySetAfterBroadcast;
            bool another = kind.Points[at].LocalPending || kind.Points[at].BroadcastPending;
            after = another ? after & left : left;
        }
    }

    // A DSB completes the pending TLBIs. They may have taken effect earlier; may-sets only shrink by that, so removing
    // entries here is enough (R_YNJCP).
    private static void Complete(ref ToyState state, ReadOnlySpan<ToyCpuKind> kinds, int cpu, DsbKind dsb)
    {
        int at = state.Cpus[cpu].Point;
        var before = kinds[cpu].Points[at];
        bool local = before.LocalPending && dsb.Completes(broadcast: false);
        bool broadcast = before.BroadcastPending && dsb.Completes(broadcast: true);
        if (!local && !broadcast)
            return;
        ref var own = ref state.Cpus[cpu];
        if (kinds[cpu].Lingers)
            own.UsableUntilIsb = (own.UsableUntilIsb | own.MaySet) & ~own.MaySetAfterLocal;
        own.MaySet &= own.MaySetAfterLocal;
        own.MaySetAfterLocal = 0;
        own.MaySetAfterBroadcast &= own.MaySet;
        if (!broadcast)
            return;
        foreach (ref var target in state.Cpus[1..])
        {
            target.MaySet &= target.MaySetAfterBroadcast;
            target.MaySetAfterBroadcast = 0;
            // Entries that the completed TLBI removed do not remain after a pending one of the CPU's own.
            target.MaySetAfterLocal &= target.MaySet;
            target.UsableUntilIsb &= ~kinds[cpu].Removed(at);
        }
    }

    private uint Immediate(int at)
    {
        uint done = 0;
        uint issued = model.IssuedBefore[at + 1] & ~model.IssuedBefore[at];
        foreach (var store in model.Stores)
        {
            if ((store.Bit & issued) != 0)
                done |= store.Bit | (store.After & SameWord(store));
        }

        return done;
    }

    private uint SameWord(DescriptorStore store)
    {
        uint mask = 0;
        foreach (var other in model.Stores)
        {
            if (other.Word == store.Word && other.Index < store.Index)
                mask |= other.Bit;
        }

        return mask;
    }

    private static bool HasCounted(in ToyState state, ToyCpuKind last) =>
        !last.IsCounted || last.Points[state.Cpus[^1].Point].Counted;
}
