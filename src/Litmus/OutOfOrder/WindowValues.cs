using Orleans.Mmu.Inputs;
using Orleans.Mmu.Litmus.Machine;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.OutOfOrder;

/// <summary>The values that entries read and write.</summary>
internal sealed class WindowValues(LitmusTest test, LitmusStores stores)
{
    private readonly AtomicValues _atomics = new(test);

    /// <summary>The value that an entry writes; null where it is not known yet.</summary>
    public LitmusValue? Of(WindowCpu cpu, int at)
    {
        ref readonly var order = ref cpu.Order!.Entries[at];
        var entry = cpu.Entries[at];
        // SWP and a CAS that succeeds write their register, whatever they read.
        bool isMadeOfRead = entry.Guess == Guess.Rewrites
            || order.Access!.Instruction is AtomicInstruction { Operation: not LitmusAtomicOperation.Exchange };
        if (order.IsOpen || (isMadeOfRead && !entry.Has(EntryProgress.Read)))
            return null;
        if (entry.Guess == Guess.Rewrites)
            return entry.Value;
        if (order.Data is not { } operand)
            return null;
        return order.Access!.Instruction is AtomicInstruction atomic
            ? _atomics.Of(atomic, entry.Value, operand) : operand;
    }

    /// <summary>Whether an entry may read a value: a CAS succeeds or fails as was assumed.</summary>
    /// <exception cref="InputException">A descriptor does not fit the register.</exception>
    public bool CanTake(WindowCpu cpu, int at, LitmusValue value)
    {
        ref readonly var order = ref cpu.Order!.Entries[at];
        var access = order.Access!;
        if (!access.Target.IsZero && !access.Target.Wide && value.Kind == LitmusValueKind.Descriptor)
            throw new InputException(
                test.Source, access.Instruction.Line,
                $"expected an X register for a descriptor, found {access.Target} in {access.Instruction.Text}");
        if (!access.Compares)
            return true;
        var entry = cpu.Entries[at];
        bool succeeds = entry.Guess == Guess.Holds;
        return !(succeeds && entry.OnlyFails) && (order.Compared is not { } compared || value == compared == succeeds);
    }

    /// <summary>The value that a write leaves in memory.</summary>
    /// <exception cref="InputException">The location cannot hold the value.</exception>
    public LitmusValue Checked(WindowMemory memory, ExplicitAccess access, int location, LitmusValue value)
    {
        var instruction = access.Instruction;
        int word = location - memory.Cells;
        if (word < 0)
        {
            if (!access.Source.Wide)
                stores.RefuseHalf(memory[location], instruction);
            return value;
        }

        if (memory.Newest(word) + 1 >= LitmusMemory.MaxVersions)
            throw new InputException(
                test.Source, instruction.Line,
                $"expected at most {LitmusMemory.MaxVersions - 1} stores to {test.Names.WordName(word)} in one run, " +
                "found more");
        return stores.DescriptorOf(new BufferedStore(true, word, value, 0, false, instruction.Line));
    }
}
