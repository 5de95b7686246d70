using Orleans.Mmu.Inputs;
using Orleans.Mmu.Litmus.Machine;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.OutOfOrder;

/// <summary>The values that entries read and write.</summary>
internal sealed class WindowValues(LitmusTest test, LitmusStores stores)
{
    private readonly AtomicValues _atomics = new(test);

    /// <summary>The value that an entry writes; null where it is not known yet.</summary>
    public LitmusValue? Of(in EntryOrder order, in WindowEntry entry)
    {
        if (order.IsOpen || (IsMadeOfRead(order.Access!, entry) && !entry.HasValue))
            return null;
        if (entry.Guess == Guess.Rewrites)
            return entry.Value;
        if (order.Data is not { } operand)
            return null;
        return order.Access!.Instruction is AtomicInstruction atomic
            ? _atomics.Of(atomic, entry.Value, operand) : operand;
    }

    /// <summary>
    /// Whether an access writes what it computes from its own read; SWP and a CAS that succeeds write their register,
    /// whatever they read.
    /// </summary>
    public static bool IsMadeOfRead(ExplicitAccess access, in WindowEntry entry) => entry.Guess == Guess.Rewrites
        || access.Instruction is AtomicInstruction { Operation: not LitmusAtomicOperation.Exchange };

    /// <summary>Whether an entry may read a value: a CAS succeeds or fails as was assumed.</summary>
    /// <exception cref="InputException">A descriptor does not fit the register.</exception>
    public bool CanTake(in EntryOrder order, in WindowEntry entry, LitmusValue value)
    {
        var access = order.Access!;
        CheckWidth(access, value);
        if (!access.Compares)
            return true;
        bool succeeds = entry.Guess == Guess.Holds;
        return !(succeeds && entry.OnlyFails) && (order.Compared is not { } compared || value == compared == succeeds);
    }

    /// <summary>Refuses a read whose register cannot hold the value.</summary>
    /// <exception cref="InputException">A descriptor does not fit the register.</exception>
    public void CheckWidth(ExplicitAccess access, LitmusValue value)
    {
        if (!access.Target.IsZero && !access.Target.Wide && value.Kind == LitmusValueKind.Descriptor)
            throw new InputException(
                test.Source, access.Instruction.Line,
                $"expected an X register for a descriptor, found {access.Target} in {access.Instruction.Text}");
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
