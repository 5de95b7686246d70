using Orleans.Mmu.Arm.Barriers;

namespace Orleans.Mmu.Checking.Transitions;

/// <content>
/// TLBIs and stores where CPU 0 alone stores descriptors and broadcasts; with several writers they are
/// <see cref="WriterTransitions"/>'.
/// </content>
internal sealed partial class MachineTransitions
{
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
        uint issued = _model.IssuedBefore[at + 1] & ~_model.IssuedBefore[at];
        foreach (var store in _model.Stores)
        {
            if ((store.Bit & issued) != 0)
                done |= store.Bit | (store.After & SameWord(store));
        }

        return done;
    }

    private uint SameWord(DescriptorStore store)
    {
        uint mask = 0;
        foreach (var other in _model.Stores)
        {
            if (other.Word == store.Word && other.Index < store.Index)
                mask |= other.Bit;
        }

        return mask;
    }
}
