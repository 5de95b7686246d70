using Orleans.Mmu.Arm.Walks;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Machine;

/// <summary>
/// Atomics, compare-and-swap, and exclusives, on memory and on table words. A read and a write of one atomic are one
/// step.
/// </summary>
internal sealed class LitmusAtomics(LitmusTest test, LitmusReach reach, LitmusStores stores)
{
    private readonly AtomicValues _values = new(test);

    /// <summary>
    /// Whether an atomic may be performed now: stores that a barrier orders before it have left the store buffer; for a
    /// release, all stores have.
    /// </summary>
    public static bool CanPerform(LitmusCpu cpu, bool release) =>
        release ? cpu.Buffer.Count == 0 : !cpu.Buffer.Any(s => s.Order < cpu.Order);

    /// <summary>Performs a read-modify-write in one of the possible ways, as for a plain access.</summary>
    public bool TryPerform(LitmusState state, int cpuNumber, AtomicInstruction atomic, int choice, out bool runs)
    {
        if (!Reach(state, cpuNumber, atomic, atomic.Base, choice, out var reached, out runs))
            return false;
        if (reached.Faults || !runs)
            return true;
        var cpu = state.Cpus[cpuNumber];
        var old = LitmusStores.Read(state, reached.Target);
        RefuseHalf(atomic.Source, reached.Target, old, atomic);
        var stored = _values.Of(atomic, old, cpu.Read(atomic.Source));
        // A read whose result no register gets is no load for a DSB or a DMB for loads (NoRet of aarch64.cat).
        var now = state.Memory.Now();
        if (atomic.Returns)
            cpu.LastLoad = now;
        Store(state, cpu, reached.Target, stored, atomic);
        cpu.Set(atomic.Target, old, new(now, cpu.Flushed));
        reach.Complete(state, cpuNumber, reached);
        return true;
    }

    /// <summary>
    /// Performs a CAS. One that fails needs the right to write all the same, but its hardware update of the dirty state
    /// may be missing.
    /// </summary>
    public bool TryPerform(LitmusState state, int cpuNumber, CompareSwapInstruction swap, int choice, out bool runs)
    {
        var cpu = state.Cpus[cpuNumber];
        // Even choices make the update that a store needs; odd ones only what a load needs, where the CAS fails.
        bool asLoad = choice % 2 == 1;
        if (!Reach(state, cpuNumber, swap, swap.Base, choice / 2, out var reached, out runs))
            return false;
        if (asLoad && (reached.Faults || reached.Choice.Update is null || reached.Choice.IsLate))
        {
            runs = false;
            return true;
        }

        if (reached.Faults || !runs)
            return true;
        var old = LitmusStores.Read(state, reached.Target);
        RefuseHalf(swap.Source, reached.Target, old, swap);
        bool succeeds = old == cpu.Read(swap.Compared);
        runs = !(succeeds && asLoad);
        if (!runs)
            return true;
        var now = state.Memory.Now();
        if (!swap.Compared.IsZero)
            cpu.LastLoad = now;
        if (succeeds)
            Store(state, cpu, reached.Target, cpu.Read(swap.Source), swap);
        cpu.Set(swap.Compared, old, new(now, cpu.Flushed));
        reach.Complete(state, cpuNumber, asLoad ? WithoutDirtying(state, reached) : reached);
        return true;
    }

    /// <summary>Performs a load that sets the exclusive monitor.</summary>
    public bool TryPerform(LitmusState state, int cpuNumber, LoadExclusiveInstruction load, int choice, out bool runs)
    {
        if (!reach.TryReach(
            state, cpuNumber, load, load.Base, default, AccessKind.Load, choice, out var reached, out runs))
            return false;
        if (reached.Faults || !runs)
            return true;
        var cpu = state.Cpus[cpuNumber];
        var now = state.Memory.Now();
        cpu.LastLoad = now;
        cpu.Monitored = reached.Target;
        cpu.Set(load.Target, LitmusStores.Read(state, reached.Target), new(now, cpu.Flushed));
        reach.Complete(state, cpuNumber, reached);
        return true;
    }

    /// <summary>
    /// Performs a store that succeeds only if no CPU has stored to the location since the exclusive load of it; it may
    /// fail at any time.
    /// </summary>
    public bool TryPerform(LitmusState state, int cpuNumber, StoreExclusiveInstruction store, int choice, out bool runs)
    {
        bool fails = choice % 2 == 1;
        if (!Reach(state, cpuNumber, store, store.Base, choice / 2, out var reached, out runs))
            return false;
        var cpu = state.Cpus[cpuNumber];
        if (reached.Faults || !runs)
        {
            runs = runs && !fails;
            return true;
        }

        runs = fails || cpu.Monitored == reached.Target;
        if (!runs)
            return true;
        cpu.Monitored = null;
        if (!fails)
        {
            var old = LitmusStores.Read(state, reached.Target);
            RefuseHalf(store.Source, reached.Target, old, store);
            Store(state, cpu, reached.Target, cpu.Read(store.Source), store);
        }

        cpu.Set(store.Status, LitmusValue.Number(fails ? 1 : 0), LitmusTaint.None);
        reach.Complete(state, cpuNumber, reached);
        return true;
    }

    // Reaches a location to write it. The CPU's own earlier store to it must have left the store buffer.
    private bool Reach(
        LitmusState state, int cpuNumber, Instruction instruction, LitmusRegister @base, int choice,
        out ReachedLocation reached, out bool runs)
    {
        if (!reach.TryReach(
            state, cpuNumber, instruction, @base, default, AccessKind.Store, choice, out reached, out runs))
            return false;
        if (!reached.Faults)
        {
            var target = reached.Target;
            runs = runs && !state.Cpus[cpuNumber].Buffer.Any(
                s => s.IsTableWord == target.IsTableWord && s.Target == target.Number);
        }

        return true;
    }

    private void Store(
        LitmusState state, LitmusCpu cpu, LitmusTarget target, LitmusValue value, Instruction instruction)
    {
        var store = new BufferedStore(target.IsTableWord, target.Number, value, cpu.Order, false, instruction.Line);
        if (target.IsTableWord)
            store = store with { Value = stores.DescriptorOf(store) };
        stores.Perform(state, cpu, store);
    }

    private ReachedLocation WithoutDirtying(LitmusState state, ReachedLocation reached)
    {
        var held = test.Names.Descriptors[state.Memory.Descriptor(reached.Choice.Word, reached.Choice.Version)];
        return reached with
        {
            Choice = reached.Choice with { Update = held.Af ? null : held with { Af = true } },
        };
    }

    private void RefuseHalf(LitmusRegister register, LitmusTarget target, LitmusValue old, Instruction instruction)
    {
        if (register.Wide)
            return;
        if (!target.IsTableWord)
            stores.RefuseHalf(old, instruction);
        else
            throw new InputException(
                test.Source, instruction.Line,
                $"expected an X register for a descriptor, found {register} in {instruction.Text}");
    }
}
