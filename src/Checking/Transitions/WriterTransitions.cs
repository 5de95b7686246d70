using System.Numerics;
using Orleans.Mmu.Arm.Barriers;

namespace Orleans.Mmu.Checking.Transitions;

/// <summary>
/// Stores, TLBIs and barriers where several CPUs store descriptors or broadcast TLBIs. Each has a store buffer; and a
/// TLBI keeps what memory held at any time since its floor, which here depends on the other CPUs too.
/// </summary>
internal sealed partial class WriterTransitions(MachineModel model, MayClosure closure)
{
    private readonly MemoryLayout _layout = model.Layout!;

    private readonly EarlyFaults? _early = model.EarlyFaults;

    // Entries of words that no protocol writes are always in memory.
    private readonly uint _constant = ~model.Universe.OfWords;

    /// <summary>A CPU's stores that may be performed next, as a mask.</summary>
    public static uint Drainable(in ToyState state, ReadOnlySpan<ToyCpuKind> kinds, int cpu)
    {
        var program = kinds[cpu].Writer!;
        uint performed = state.Writers[cpu].Performed;
        uint drainable = 0;
        for (uint left = program.IssuedBefore[state.Cpus[cpu].Point] & ~performed; left != 0; left &= left - 1)
        {
            var store = program.Stores[BitOperations.TrailingZeroCount(left)];
            if ((store.After & ~performed) == 0)
                drainable |= store.Bit;
        }

        return drainable;
    }

    /// <summary>Whether every store that a CPU has issued is performed.</summary>
    public static bool HasPerformed(in ToyState state, ReadOnlySpan<ToyCpuKind> kinds, int cpu) =>
        (kinds[cpu].Writer!.IssuedBefore[state.Cpus[cpu].Point] & ~state.Writers[cpu].Performed) == 0;

    /// <summary>Performs a store.</summary>
    public void Drain(ref ToyState state, ReadOnlySpan<ToyCpuKind> kinds, int cpu, int index, FlagModel flag)
    {
        var store = kinds[cpu].Writer!.Stores[index];
        state.Writers[cpu].Performed |= store.Bit;
        HasStored(ref state, cpu);
        if (store.Word is { } word)
            state.Memory = _layout.With(state.Memory, word, store.Content);
        else if (store.Unlocks is { } name)
            state.Flag = FlagModel.Unlock(state.Flag, model.NumberOf(name));
        else if (store.Sets is var (set, value))
            state.Flag = flag.Words.With(state.Flag, set, value);
        else
            state.Flag = flag.Clear(state.Flag);
    }

    /// <summary>
    /// Stores of a step that are performed with it; the CPU's earlier ones to the same words are overwritten.
    /// </summary>
    public void StoreAtOnce(ref ToyState state, ReadOnlySpan<ToyCpuKind> kinds, int cpu, int at)
    {
        var program = kinds[cpu].Writer!;
        uint issued = program.IssuedBefore[kinds[cpu].Next(at)] & ~program.IssuedBefore[at];
        foreach (var store in program.Stores)
        {
            if ((store.Bit & issued) == 0)
                continue;
            foreach (var earlier in program.Stores)
            {
                if (earlier.Index <= store.Index && earlier.Word == store.Word)
                    state.Writers[cpu].Performed |= earlier.Bit;
            }

            state.Memory = _layout.With(state.Memory, store.Word!.Value, store.Content);
        }
    }

    /// <summary>A CPU issues a TLBI.</summary>
    public void Issue(ref ToyState state, ReadOnlySpan<ToyCpuKind> kinds, int cpu, int at)
    {
        var kind = kinds[cpu];
        bool broadcast = kind.Points[kind.Next(at)].BroadcastPending;
        bool another = kind.Points[at].LocalPending || kind.Points[at].BroadcastPending;
        ref readonly var windows = ref state.Writers[cpu].Windows;
        uint keeps = (broadcast || !kind.Writer!.HasOwnFloors ? windows.Broadcast : windows.Local) | _constant;
        for (int i = 0; i < kinds.Length; i++)
        {
            if (i != cpu && !broadcast)
                continue;
            ref var target = ref state.Cpus[i];
            uint left = closure.After(target.MaySet, kind.Scope(at), keeps, kinds[i].Points[target.Point]);
            ref uint after = ref i == cpu ? ref target.MaySetAfterLocal : ref state.Writers[cpu].After[i];
            after = another ? after & left : left;
        }

        if (broadcast)
            state.Writers[cpu].Removes.Add(
                kind.Scope(at), keeps, _early?.NamedBy(kind.Scope(at)) ?? 0, state.Writers[cpu].Early.SinceFloor);
    }

    /// <summary>A CPU's DSB completes its pending TLBIs and becomes the floor of its later ones.</summary>
    public void Complete(ref ToyState state, ReadOnlySpan<ToyCpuKind> kinds, int cpu, DsbKind dsb)
    {
        int at = state.Cpus[cpu].Point;
        var (program, before) = (kinds[cpu].Writer!, kinds[cpu].Points[at]);
        ref var writer = ref state.Writers[cpu];
        bool broadcast = before.BroadcastPending && dsb.Completes(broadcast: true);
        if (broadcast || (before.LocalPending && dsb.Completes(broadcast: false)))
        {
            ref var own = ref state.Cpus[cpu];
            own.UsableUntilIsb = (own.UsableUntilIsb | own.MaySet) & ~own.MaySetAfterLocal;
            Keep(ref state, cpu, own.MaySetAfterLocal);
            own.MaySetAfterLocal = 0;
            for (int i = 0; broadcast && i < kinds.Length; i++)
            {
                if (i == cpu)
                    continue;
                ref readonly var target = ref state.Cpus[i];
                state.Writers[i].Begun.Outlast(
                    writer.Removes.Entries, target.MaySet & ~writer.After[i] & model.BegunThrough,
                    target.UsableUntilIsb & model.BegunThrough);
                Keep(ref state, i, writer.After[i]);
                writer.After[i] = 0;
                state.Cpus[i].UsableUntilIsb &= ~writer.Removes.Entries;
                state.Writers[i].Early.Invalidate(writer.Removes.Words);
            }

            if (broadcast)
                writer.Removes = default;
        }

        writer.Begun.Fence(dsb);
        writer.Early.Fence(dsb);
        writer.Windows.Fence(program, at);
    }

    /// <summary>A store of a CPU has just been performed: by a step that stores at once.</summary>
    public static void HasStored(ref ToyState state, int cpu)
    {
        state.Writers[cpu].Windows.Store = 0;
        state.Writers[cpu].Early.HasStored();
    }

    /// <summary>Closes every may-set of a state, then shares entries among CPUs whose roots carry CnP.</summary>
    public void Close(ref ToyState state, ReadOnlySpan<ToyCpuKind> kinds)
    {
        var memory = model.View(state.Memory);
        uint shared = 0;
        for (int i = 0; i < kinds.Length; i++)
        {
            ref var cpu = ref state.Cpus[i];
            var point = kinds[i].Points[cpu.Point];
            uint present = model.ViewOf(state, kinds, i, memory).Present;
            cpu.MaySet = closure.Close(cpu.MaySet, present, point);
            if (point.LocalPending || point.BroadcastPending)
                cpu.MaySetAfterLocal = closure.Close(cpu.MaySetAfterLocal, present, point);
            if (point.Shares)
                shared |= cpu.MaySet;
            ref var writer = ref state.Writers[i];
            var program = kinds[i].Writer!;
            uint named = ~_constant & program.Named;
            uint now = (present | memory.Present) & named;
            writer.Windows.Read(now, present & named, program.Needs, cpu.Point);
            writer.SenderWindow = program.NeedsSenderWindow(cpu.Point) ? writer.SenderWindow | now : 0;
            writer.Removes.Spare(memory.Present, _early is null ? 0 : memory.Invalid & _early.Words);
            for (int target = 0; point.BroadcastPending && target < kinds.Length; target++)
            {
                if (target != i)
                    writer.After[target] = closure.Close(
                        writer.After[target], model.ViewOf(state, kinds, target, memory).Present,
                        kinds[target].Points[state.Cpus[target].Point]);
            }
        }

        shared &= model.Universe.Kernel;
        if (shared != 0)
            Share(ref state, kinds, shared);
        ReadEarly(ref state, kinds, memory);
    }

    // What a CPU's completed TLBI leaves of a may-set, and of what pending ones leave of it.
    private static void Keep(ref ToyState state, int cpu, uint left)
    {
        ref var target = ref state.Cpus[cpu];
        target.MaySet &= left;
        target.MaySetAfterLocal &= target.MaySet;
        foreach (ref var issuer in state.Writers)
            issuer.After[cpu] &= target.MaySet;
    }
}
