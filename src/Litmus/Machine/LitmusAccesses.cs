using Orleans.Mmu.Arm.Walks;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Machine;

/// <summary>
/// Loads and stores. Each is one step on a memory that all CPUs see alike. In a test that judges conflicts, stores wait
/// in a store buffer that drains out of order between locations, as the architecture allows where no barrier stands
/// between them.
/// </summary>
internal sealed class LitmusAccesses(
    LitmusTest test, LitmusTlb tlb, LitmusTranslation translation, LitmusStores stores, bool ets2)
{
    private readonly LitmusLocations _locations = new(test);

    /// <summary>
    /// Performs an access in one of the possible ways; false where <paramref name="choice"/> exceeds their number.
    /// </summary>
    /// <param name="choice">Index of the way, from 0.</param>
    /// <param name="runs">
    /// False if this way is not allowed: a second fault of one instruction (variant imprecise).
    /// </param>
    public bool TryPerform(LitmusState state, int cpuNumber, AccessInstruction access, int choice, out bool runs)
    {
        var cpu = state.Cpus[cpuNumber];
        runs = true;
        var address = _locations.AddressOf(cpu, access);
        cpu.AddressFloor = cpu.AddressFloor.Max(cpu.Taint(access.Base));
        if (access.Index.Register is { } index)
            cpu.AddressFloor = cpu.AddressFloor.Max(cpu.Taint(index));
        if (address.Kind == LitmusValueKind.TableWord)
        {
            if (choice > 0)
                return false;
            if (test.El0.Contains(cpuNumber))
                throw new InputException(
                    test.Source, access.Line,
                    $"expected no access of P{cpuNumber} at EL0 to {test.Names.Text(address)}, found {access.Text}");
            Transfer(state, cpu, access, true, (int)address.Bits);
            Performed(state, cpu);
            return true;
        }

        if (!TryTranslate(state, cpuNumber, address.Page, access.Kind, choice, out var chosen, out runs))
            return false;
        if (chosen.Fault != LitmusFault.None)
            return true;
        Transfer(state, cpu, access, false, _locations.CellOf(chosen, address.Offset, access));
        Walked(state.Memory, cpu, chosen);
        Performed(state, cpu);
        return true;
    }

    /// <summary>Performs an atomic read-modify-write in one of the possible ways, as for a plain access.</summary>
    public bool TryPerform(LitmusState state, int cpuNumber, AtomicInstruction atomic, int choice, out bool runs)
    {
        var cpu = state.Cpus[cpuNumber];
        var address = cpu.Read(atomic.Base);
        if (address.Kind != LitmusValueKind.Address || address.Offset != 0)
            throw new InputException(
                test.Source, atomic.Line,
                $"expected the address of a page in {atomic.Base}, found {test.Names.Text(address)} in {atomic.Text}");
        cpu.AddressFloor = cpu.AddressFloor.Max(cpu.Taint(atomic.Base));
        if (!TryTranslate(state, cpuNumber, address.Page, AccessKind.Store, choice, out var chosen, out runs))
            return false;
        if (chosen.Fault != LitmusFault.None)
            return true;
        int cell = _locations.CellOf(chosen, 0, atomic);
        // The CPU's own earlier store to this cell must be performed first.
        runs = !cpu.Buffer.Any(s => !s.IsTableWord && s.Target == cell);
        if (!runs)
            return true;
        var old = state.Memory[cell];
        var operand = cpu.Read(atomic.Source);
        if (!atomic.Source.Wide)
            RefuseHalf(old, atomic);
        if (atomic.Adds && (old.Kind != LitmusValueKind.Number || operand.Kind != LitmusValueKind.Number))
            throw new InputException(
                test.Source, atomic.Line,
                $"expected numbers to add, found {test.Names.Text(old)} and {test.Names.Text(operand)} in " +
                $"{atomic.Text}");
        long sum = old.Bits + operand.Bits;
        state.Memory[cell] = atomic.Adds ? LitmusValue.Number(atomic.Source.Wide ? sum : (uint)sum) : operand;
        var now = state.Memory.Now();
        cpu.LastLoad = now;
        cpu.LastStore = now;
        cpu.Set(atomic.Target, old, now);
        Walked(state.Memory, cpu, chosen);
        Performed(state, cpu);
        return true;
    }

    /// <summary>
    /// Whether an atomic may be performed now: stores that a barrier orders before it have left the store buffer; for a
    /// release, all stores have.
    /// </summary>
    public static bool CanPerform(LitmusCpu cpu, AtomicInstruction atomic) =>
        atomic.Release ? cpu.Buffer.Count == 0 : !cpu.Buffer.Any(s => s.Order < cpu.Order);

    private void Transfer(LitmusState state, LitmusCpu cpu, AccessInstruction access, bool isTableWord, int target)
    {
        var register = access.Data;
        if (access.Kind == AccessKind.Load)
        {
            var now = state.Memory.Now();
            cpu.LastLoad = now;
            var forwarded = cpu.Buffer.FindLast(s => s.IsTableWord == isTableWord && s.Target == target);
            var value = forwarded.Line > 0 ? forwarded.Value
                : isTableWord ? LitmusValue.Descriptor(state.Memory.Descriptor(target, state.Memory.Newest(target)))
                : state.Memory[target];
            if (!register.Wide && value.Kind is LitmusValueKind.Descriptor)
                throw new InputException(
                    test.Source, access.Line,
                    $"expected an X register for a descriptor, found {register} in {access.Text}");
            cpu.Set(register, value, now);
            return;
        }

        if (!register.Wide && !isTableWord)
            RefuseHalf(state.Memory[target], access);
        var store = new BufferedStore(isTableWord, target, cpu.Read(register), cpu.Order, access.Ordered, access.Line);
        if (isTableWord)
            store = store with { Value = stores.DescriptorOf(store) };
        if (test.JudgesConflicts)
            cpu.Buffer.Add(store);
        else
            stores.Perform(state, cpu, store);
    }

    // Memory holds one value for each location, so a store of 32 bits must not meet others beside them.
    private void RefuseHalf(LitmusValue old, Instruction store)
    {
        if (old.Kind != LitmusValueKind.Number || old.Bits != (uint)old.Bits)
            throw new InputException(
                test.Source, store.Line,
                $"expected accesses of one size, found a store of 32 bits to a location that holds 64 "
                + $"({test.Names.Text(old)}) in {store.Text}");
    }

    private bool Fault(LitmusCpu cpu, int page, LitmusFault fault)
    {
        if (test.ImpreciseFaults && fault != LitmusFault.Conflict)
        {
            // The instruction runs again; each instruction records at most one fault before it succeeds.
            if (cpu.FaultedAt == cpu.At)
                return false;
            cpu.FaultedAt = cpu.At;
        }
        else
        {
            cpu.HasEnded = true;
        }

        var record = new FaultRecord(cpu.At, page, fault);
        if (!cpu.Faults.Contains(record))
            cpu.Faults.Add(record);
        return true;
    }

    // The walk read this version, so an ISB orders later walks after the store of that version.
    private static void Walked(LitmusMemory memory, LitmusCpu cpu, TranslationChoice choice)
    {
        if (choice.Word >= 0)
            cpu.WalkFloor = cpu.WalkFloor.Max(memory.StoredAt(choice.Word, choice.Version));
        cpu.FaultedAt = -1;
    }

    private void Performed(LitmusState state, LitmusCpu cpu)
    {
        cpu.At++;
        if (ets2)
            tlb.RenewEarly(state.Memory, cpu);
    }

    // Translates an address in one of the possible ways. If that way faults, the fault is recorded here.
    private bool TryTranslate(
        LitmusState state, int cpuNumber, int page, AccessKind kind, int choice, out TranslationChoice chosen,
        out bool runs)
    {
        var choices = translation.Choices(state, cpuNumber, page, kind);
        runs = true;
        chosen = choice < choices.Length ? choices[choice] : default;
        if (choice >= choices.Length)
            return false;
        if (chosen.Fault != LitmusFault.None)
            runs = Fault(state.Cpus[cpuNumber], page, chosen.Fault);
        return true;
    }
}
