using System.Numerics;
using Orleans.Mmu.Arm.Barriers;
using Orleans.Mmu.Checking.Toy;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Checking.Transitions;

/// <summary>
/// Stores, TLBIs and barriers where several CPUs store descriptors or broadcast TLBIs. Each has a store buffer; and a
/// TLBI keeps what memory held at any time since its issuer's last DSB, which here depends on the other CPUs too.
/// </summary>
internal sealed partial class WriterTransitions(MachineModel model, MayClosure closure)
{
    private readonly MemoryLayout _layout = model.Layout!;

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

    /// <summary>The point of a CPU after it has decided whether to skip its phase.</summary>
    /// <param name="holds">Whether what it has loaded has the value without which the phase is skipped.</param>
    public static void Skip(ref ToyState state, ReadOnlySpan<ToyCpuKind> kinds, int cpu, bool holds)
    {
        var program = kinds[cpu].Writer!;
        ref int point = ref state.Cpus[cpu].Point;
        if (holds)
        {
            point = kinds[cpu].Next(point);
            return;
        }

        int target = kinds[cpu].WaysFrom(point).Skipped;
        state.Writers[cpu].Performed |= program.IssuedBefore[target] & ~program.IssuedBefore[point];
        point = target;
    }

    /// <summary>A CPU issues a TLBI.</summary>
    public void Issue(ref ToyState state, ReadOnlySpan<ToyCpuKind> kinds, int cpu, int at)
    {
        var kind = kinds[cpu];
        bool broadcast = kind.Points[kind.Next(at)].BroadcastPending;
        bool another = kind.Points[at].LocalPending || kind.Points[at].BroadcastPending;
        uint keeps = state.Writers[cpu].Window | _constant;
        for (int i = 0; i < kinds.Length; i++)
        {
            if (i != cpu && !broadcast)
                continue;
            ref var target = ref state.Cpus[i];
            uint left = closure.After(target.MaySet, kind.Scope(at), keeps, kinds[i].Points[target.Point]);
            ref uint after = ref i == cpu ? ref target.MaySetAfterLocal : ref state.Writers[cpu].After[i];
            after = another ? after & left : left;
        }
    }

    /// <summary>A CPU's DSB completes its pending TLBIs and becomes the floor of its later ones.</summary>
    public static void Complete(ref ToyState state, ReadOnlySpan<ToyCpuKind> kinds, int cpu, DsbKind dsb)
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
                Keep(ref state, i, writer.After[i]);
                writer.After[i] = 0;
                state.Cpus[i].UsableUntilIsb &= ~(program.PendingScope(at) & ~writer.Window);
            }
        }

        if (program.IsFloor(at))
            writer.Window = 0;
        else if (program.IsStoreFloor(at))
            writer.Window &= writer.SinceStore;
    }

    /// <summary>A store of a CPU has just been performed: by a step that stores at once.</summary>
    public static void HasStored(ref ToyState state, int cpu) => state.Writers[cpu].SinceStore = 0;

    /// <summary>Closes every may-set of a state, then shares entries among CPUs whose roots carry CnP.</summary>
    public void Close(ref ToyState state, ReadOnlySpan<ToyCpuKind> kinds)
    {
        uint present = model.View(state.Memory).Present;
        uint shared = 0;
        for (int i = 0; i < kinds.Length; i++)
        {
            ref var cpu = ref state.Cpus[i];
            var point = kinds[i].Points[cpu.Point];
            cpu.MaySet = closure.Close(cpu.MaySet, present, point);
            if (point.LocalPending || point.BroadcastPending)
                cpu.MaySetAfterLocal = closure.Close(cpu.MaySetAfterLocal, present, point);
            if (point.Shares)
                shared |= cpu.MaySet;
            ref var writer = ref state.Writers[i];
            var program = kinds[i].Writer!;
            uint now = present & ~_constant & program.Named;
            writer.Window = program.NeedsWindow(cpu.Point) ? writer.Window | now : 0;
            writer.SinceStore = program.NeedsStoreWindow(cpu.Point) ? writer.SinceStore | now : 0;
            writer.SenderWindow = program.NeedsSenderWindow(cpu.Point) ? writer.SenderWindow | now : 0;
            for (int target = 0; point.BroadcastPending && target < kinds.Length; target++)
            {
                if (target != i)
                    writer.After[target] = closure.Close(
                        writer.After[target], present, kinds[target].Points[state.Cpus[target].Point]);
            }
        }

        shared &= model.Universe.Kernel;
        if (shared != 0)
            Share(ref state, kinds, shared);
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

    private void Share(ref ToyState state, ReadOnlySpan<ToyCpuKind> kinds, uint shared)
    {
        for (int i = 0; i < kinds.Length; i++)
        {
            if (kinds[i].Points[state.Cpus[i].Point].Shares)
                state.Cpus[i].MaySet |= shared;
        }

        for (int issuer = 0; issuer < kinds.Length; issuer++)
        {
            var point = kinds[issuer].Points[state.Cpus[issuer].Point];
            if (point.BroadcastPending)
                ShareRemaining(ref state, kinds, issuer);
            else if (point is { LocalPending: true, Shares: true })
                state.Cpus[issuer].MaySetAfterLocal |= SharedBesides(state, kinds, issuer);
        }
    }

    // What a broadcast TLBI leaves on a CPU that shares, it leaves on all of them.
    private void ShareRemaining(ref ToyState state, ReadOnlySpan<ToyCpuKind> kinds, int issuer)
    {
        uint left = 0;
        for (int i = 0; i < kinds.Length; i++)
        {
            if (kinds[i].Points[state.Cpus[i].Point].Shares)
                left |= i == issuer ? state.Cpus[i].MaySetAfterLocal : state.Writers[issuer].After[i];
        }

        left &= model.Universe.Kernel;
        for (int i = 0; i < kinds.Length; i++)
        {
            if (!kinds[i].Points[state.Cpus[i].Point].Shares)
                continue;
            if (i == issuer)
                state.Cpus[i].MaySetAfterLocal |= left;
            else
                state.Writers[issuer].After[i] |= left;
        }
    }

    // A local TLBI leaves the entries of other CPUs, and so the shared ones.
    private uint SharedBesides(in ToyState state, ReadOnlySpan<ToyCpuKind> kinds, int cpu)
    {
        uint shared = 0;
        for (int i = 0; i < kinds.Length; i++)
        {
            if (i != cpu && kinds[i].Points[state.Cpus[i].Point].Shares)
                shared |= state.Cpus[i].MaySet;
        }

        return shared & model.Universe.Kernel;
    }

    /// <summary>Whether a descriptor that a CPU loads has a value.</summary>
    public bool Holds(in ToyState state, ReadOnlySpan<ToyCpuKind> kinds, int cpu, SkipUnless load) =>
        Load(state, kinds[cpu].Writer!, cpu, load) == DescriptorStore.ContentOf(load.Value);

    // A load sees the CPU's own latest store to the word, or memory.
    private WordContent Load(in ToyState state, WriterProgram program, int cpu, SkipUnless load)
    {
        var word = WatchedWord.Of(load.Range, load.Word).Single();
        uint buffered = program.IssuedBefore[state.Cpus[cpu].Point] & ~state.Writers[cpu].Performed;
        for (int i = program.Stores.Length - 1; i >= 0; i--)
        {
            if (program.Stores[i].Word == word && (program.Stores[i].Bit & buffered) != 0)
                return program.Stores[i].Content;
        }

        return _layout.Of(state.Memory, word, model.Scene);
    }
}
