using Orleans.Mmu.Inputs;
using Orleans.Mmu.Litmus.Machine;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.OutOfOrder;

/// <summary>
/// Explicit reads and writes. A write is performed for all CPUs at once. A read takes what its location holds, or the
/// value of the CPU's own last write to it if that is not performed yet.
/// </summary>
internal sealed class WindowAccesses(WindowPrograms programs, WindowTlbis tlbis, LitmusStores stores)
{
    /// <summary>Performs the read of an entry whose predecessors are performed; null where it must wait.</summary>
    public WindowState? Read(WindowState state, int cpuNumber, int at)
    {
        var before = state.Cpus[cpuNumber];
        ref readonly var order = ref before.Order!.Entries[at];
        int location = order.Location;
        // Of two reads of one location the later one must not take an older version (Exp-haz-ob).
        for (int i = at + 1; i < before.Entries.Count; i++)
        {
            if (before.Entries[i].Has(EntryProgress.Overwritten) && before.Order.Entries[i].Location == location)
                return null;
        }

        int source = at - 1;
        while (source >= 0 && !(before.Order.Entries[source].Location == location
            && before.Order.Entries[source].Access!.Writes))
            source--;
        if (source >= 0 && before.Entries[source].Has(EntryProgress.Written))
            source = WindowEntry.None;
        LitmusValue value;
        if (source >= 0)
        {
            // (addr | data); [Exp & M]; lmrs: what the write depends on is performed.
            if (before.Order.Entries[source].Dependencies != 0 || ValueOf(before, source) is not { } forwarded)
                return null;
            value = forwarded;
        }
        else
        {
            value = state.Memory[location];
        }

        var next = state.Copy();
        if (!tlbis.TryComplete(next, cpuNumber, order.Completes))
            return null;
        var access = order.Access!;
        if (!access.Target.IsZero && !access.Target.Wide && value.Kind == LitmusValueKind.Descriptor)
            throw new InputException(
                programs.Test.Source, access.Instruction.Line,
                $"expected an X register for a descriptor, found {access.Target} in {access.Instruction.Text}");
        var cpu = next.Change(cpuNumber);
        cpu.Entries[at] = cpu.Entries[at] with
        {
            Progress = cpu.Entries[at].Progress | EntryProgress.Read,
            Value = value,
            Source = source,
        };
        return next;
    }

    /// <summary>Performs the write of an entry whose predecessors are performed; null where it must wait.</summary>
    public WindowState? Write(WindowState state, int cpuNumber, int at)
    {
        var before = state.Cpus[cpuNumber];
        ref readonly var order = ref before.Order!.Entries[at];
        int location = order.Location;
        // A later read of the location has taken this write or a later one (coWR).
        for (int i = at + 1; i < before.Entries.Count; i++)
        {
            if (before.Entries[i].Has(EntryProgress.Read) && before.Order.Entries[i].Location == location
                && before.Entries[i].Source < at)
                return null;
        }

        if (ValueOf(before, at) is not { } value || IsBetweenAtomic(state, cpuNumber, location))
            return null;
        var next = state.Copy();
        if (!tlbis.TryComplete(next, cpuNumber, order.Completes))
            return null;
        value = Checked(state.Memory, order.Access!, location, value);
        next.Memory = state.Memory.With(location, value);
        var cpu = next.Change(cpuNumber);
        cpu.Entries[at] = cpu.Entries[at] with { Progress = cpu.Entries[at].Progress | EntryProgress.Written };
        for (int i = at + 1; i < cpu.Entries.Count; i++)
        {
            if (cpu.Entries[i].Source == at)
                cpu.Entries[i] = cpu.Entries[i] with { Source = WindowEntry.None };
        }

        MarkOverwritten(state, next, cpuNumber, location);
        return next;
    }

    // The value that an entry writes; null where it is not known yet.
    private LitmusValue? ValueOf(WindowCpu cpu, int at)
    {
        ref readonly var order = ref cpu.Order!.Entries[at];
        if (order.Data is not { } operand)
            return null;
        return order.Access!.Instruction switch
        {
            AtomicInstruction when !cpu.Entries[at].Has(EntryProgress.Read) => null,
            AtomicInstruction { Adds: true } atomic => Sum(atomic, cpu.Entries[at].Value, operand),
            _ => operand,
        };
    }

    private LitmusValue Sum(AtomicInstruction atomic, LitmusValue old, LitmusValue operand)
    {
        if (old.Kind != LitmusValueKind.Number || operand.Kind != LitmusValueKind.Number)
            throw new InputException(
                programs.Test.Source, atomic.Line,
                $"expected numbers to add, found {programs.Test.Names.Text(old)} and " +
                $"{programs.Test.Names.Text(operand)} in {atomic.Text}");
        long sum = old.Bits + operand.Bits;
        return LitmusValue.Number(atomic.Source.Wide ? sum : (uint)sum);
    }

    // Whether another CPU's atomic has read the location from memory and not written it yet (the axiom "atomic").
    private static bool IsBetweenAtomic(WindowState state, int writer, int location)
    {
        for (int cpu = 0; cpu < state.Cpus.Length; cpu++)
        {
            var other = state.Cpus[cpu];
            for (int i = 0; cpu != writer && i < other.Entries.Count; i++)
            {
                if (other.Order!.Entries[i] is { Access: { Reads: true, Writes: true }, Location: var at }
                    && at == location && other.Entries[i].Source < 0
                    && other.Entries[i].Has(EntryProgress.Read) && !other.Entries[i].Has(EntryProgress.Written))
                    return true;
            }
        }

        return false;
    }

    private static void MarkOverwritten(WindowState before, WindowState next, int writer, int location)
    {
        for (int cpu = 0; cpu < before.Cpus.Length; cpu++)
        {
            var other = before.Cpus[cpu];
            // A read at the head of the window has no earlier one.
            for (int i = 1; cpu != writer && i < other.Entries.Count; i++)
            {
                if (!other.Entries[i].Has(EntryProgress.Read) || other.Entries[i].Source >= 0
                    || other.Order!.Entries[i].Location != location)
                    continue;
                var changed = ReferenceEquals(next.Cpus[cpu], other) ? next.Change(cpu) : next.Cpus[cpu];
                changed.Entries[i] = changed.Entries[i] with
                {
                    Progress = changed.Entries[i].Progress | EntryProgress.Overwritten,
                };
            }
        }
    }

    private LitmusValue Checked(WindowMemory memory, ExplicitAccess access, int location, LitmusValue value)
    {
        var instruction = access.Instruction;
        if (location >= memory.Cells)
        {
            int word = location - memory.Cells;
            if (memory.Newest(word) + 1 == LitmusMemory.MaxVersions)
                throw new InputException(
                    programs.Test.Source, instruction.Line,
                    $"expected at most {LitmusMemory.MaxVersions - 1} stores to {programs.Test.Names.WordName(word)} " +
                    $"in one run, found more");
            return stores.DescriptorOf(new BufferedStore(true, word, value, 0, false, instruction.Line));
        }

        var old = memory[location];
        if (!access.Source.Wide && (old.Kind != LitmusValueKind.Number || old.Bits != (uint)old.Bits))
            throw new InputException(
                programs.Test.Source, instruction.Line,
                $"expected accesses of one size, found a store of 32 bits to a location that holds 64 "
                + $"({programs.Test.Names.Text(old)}) in {instruction.Text}");
        return value;
    }
}
