using Orleans.Mmu.Axioms.Programs;

namespace Orleans.Mmu.Axioms.Generation;

/// <summary>Writes one access.</summary>
internal sealed class Accesses(Dice dice, ISet<Location> stored)
{
    private int _nextNumber = 1;

    /// <param name="value">What a store of a descriptor stores.</param>
    public void Write(GeneratedCpu cpu, Doing doing, Location word, Tie tie, PageDescriptor? value = null)
    {
        var isDescriptor = word.Kind == LocationKind.Descriptor;
        var address = cpu.Holding(new Value.Address(word));
        var plain = doing is Doing.Load or Doing.Store;
        var index = tie.Index;
        if (index is { } tied && !plain)
        {
            // Only LDR and STR have an index: the other ones get a register with the sum.
            var sum = cpu.Free(narrow: false);
            cpu.Add(new Step.Arithmetic(
                ArithmeticKind.Add, sum, address, new Operand.Of(tied with { Narrow = false })));
            (address, index) = (sum, null);
        }
        var target = new Target(address, index);
        var stores = doing is not (Doing.Load or Doing.LoadAcquire or Doing.LoadAcquirePc);
        Register? from = stores ? Stored(cpu, isDescriptor, tie, value) : null;
        if (stores)
            stored.Add(word);
        var to = doing is Doing.Store or Doing.StoreRelease or Doing.AddWithoutReturn
            ? (Register?)null : cpu.Free(narrow: !isDescriptor);
        if (doing == Doing.CompareAndSwap)
            cpu.Add(new Step.Move(to!.Value, new Operand.Immediate(dice.Roll(2))));
        Mark(cpu, word);
        if (doing == Doing.Exclusive)
        {
            Exclusive(cpu, word, to!.Value, from!.Value, target);
            return;
        }
        cpu.Add(doing switch
        {
            Doing.Load => new Step.Load(to!.Value, target, LoadOrder.Plain),
            Doing.LoadAcquire => new Step.Load(to!.Value, target, LoadOrder.Acquire),
            Doing.LoadAcquirePc => new Step.Load(to!.Value, target, LoadOrder.AcquirePc),
            Doing.Store => new Step.Store(from!.Value, target, false),
            Doing.StoreRelease => new Step.Store(from!.Value, target, true),
            Doing.Swap => new Step.Atomic(
                AtomicKind.Swap, from!.Value, to!.Value, target, dice.Percent(20), dice.Percent(20)),
            Doing.Add => new Step.Atomic(
                AtomicKind.Add, from!.Value, to!.Value, target, dice.Percent(20), dice.Percent(20)),
            Doing.AddWithoutReturn => new Step.Atomic(
                AtomicKind.Add, from!.Value, Register.Zero with { Narrow = true }, target, false, dice.Percent(20)),
            Doing.CompareAndSwap => new Step.CompareAndSwap(
                to!.Value, from!.Value, target, dice.Percent(20), dice.Percent(20)),
            _ => throw new NotExpressibleException(doing.ToString()),
        });
        if (to is { } loaded)
            cpu.HasLoaded(loaded);
    }

    private static void Mark(GeneratedCpu cpu, Location word)
    {
        if (word.Kind == LocationKind.Data && word.Page != "y")
            cpu.MayFault(word.Page);
    }

    private void Exclusive(GeneratedCpu cpu, Location word, Register to, Register from, Target target)
    {
        cpu.Add(new Step.Load(to, target, dice.Percent(20) ? LoadOrder.Acquire : LoadOrder.Plain, Exclusive: true));
        cpu.HasLoaded(to);
        var status = cpu.Free(narrow: true);
        Mark(cpu, word);
        cpu.Add(new Step.StoreExclusive(status, from, target, dice.Percent(20)));
        cpu.Loaded.Add((cpu.Number, status.Number));
    }

    private Register Stored(GeneratedCpu cpu, bool isDescriptor, Tie tie, PageDescriptor? value)
    {
        if (isDescriptor)
            return cpu.Holding(new Value.Entry(value!));
        var number = cpu.Free(narrow: true);
        var constant = new Operand.Immediate(_nextNumber);
        _nextNumber = _nextNumber % 2 + 1;
        cpu.Add(tie.Data is { } data
            ? new Step.Arithmetic(ArithmeticKind.Add, number, data with { Narrow = true }, constant)
            : new Step.Move(number, constant));
        return number;
    }
}
