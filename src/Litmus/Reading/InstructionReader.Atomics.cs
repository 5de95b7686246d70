using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Reading;

/// <summary>Atomics, compare-and-swap, and exclusives.</summary>
internal sealed partial class InstructionReader
{
    private AtomicInstruction Atomic(AtomicName name)
    {
        Count(name.Stores ? 2 : 3);
        var source = Target(0);
        var target = name.Stores ? new(31, source.Wide) : Target(1);
        OneWidth(source, target);
        // Without a result there is nothing to acquire: LDADDA with XZR is not an acquire (Arm ARM, "Load-Acquire").
        return new(_line, _text, name.Operation, source, target, Base(), name.Release)
        {
            Acquires = name.Acquires && !target.IsZero,
        };
    }

    private CompareSwapInstruction CompareSwap(string suffix)
    {
        Count(3);
        OneWidth(Target(0), Target(1));
        return new(_line, _text, Target(0), Target(1), Base(), suffix.StartsWith('A'), suffix.EndsWith('L'));
    }

    private LoadExclusiveInstruction LoadExclusive(bool acquires)
    {
        Count(2);
        return new(_line, _text, Target(0), Base(), acquires);
    }

    private StoreExclusiveInstruction StoreExclusive(bool release)
    {
        Count(3);
        var status = Target(0);
        var @base = Base();
        if (!status.IsZero && (status.Number == Target(1).Number || status.Number == @base.Number))
            throw Expected("a status register that is neither the source nor the base", _operands[0]);
        return new(_line, _text, status, Target(1), @base, release);
    }

    // The last operand: a base register in brackets.
    private LitmusRegister Base()
    {
        string address = _operands[^1];
        if (!address.StartsWith('[') || !address.EndsWith(']'))
            throw Expected("an address such as [X1]", address);
        string inside = address[1..^1].Trim();
        if (inside.EndsWith(",#0", StringComparison.Ordinal))
            inside = inside[..^3];
        return LitmusOperands.Register(inside) is { Wide: true, IsZero: false } @base
            ? @base : throw Expected("an address such as [X1]", address);
    }
}
