using System.Collections.Immutable;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Order;

/// <summary>
/// The accesses on which the value of each register of a CPU depends, as its program is read in order.
/// </summary>
internal sealed class RegisterSources(LitmusTest test, int cpu)
{
    private readonly Dictionary<int, (ImmutableHashSet<int> Accesses, int Assignment)> _registers = [];
    private int _assignments;

    /// <summary>The accesses on which the last comparison depends.</summary>
    public ImmutableHashSet<int> Compared { get; private set; } = [];

    /// <summary>The accesses on which a register depends; none for XZR and for an immediate.</summary>
    public ImmutableHashSet<int> Of(LitmusRegister? register) =>
        register is { IsZero: false } known && _registers.TryGetValue(known.Number, out var found)
            ? found.Accesses : [];

    /// <summary>A value that is equal for two operands only if they are the same address.</summary>
    public string Address(LitmusRegister register, LitmusOperand index) =>
        $"{Value(register)} + {(index.Register is { } offset ? Value(offset) : LitmusValue.Number(index.Immediate))}";

    public void Assign(LitmusRegister register, ImmutableHashSet<int> accesses) =>
        _registers[register.Number] = (accesses, ++_assignments);

    /// <summary>Follows an instruction that computes a register or a comparison; others change nothing.</summary>
    public void Follow(Instruction instruction)
    {
        switch (instruction)
        {
            case MoveInstruction move:
                Assign(move.Target, Of(move.Source.Register));
                break;
            case AddressInstruction address:
                Assign(address.Target, []);
                break;
            case ReadLinkInstruction read:
                Assign(read.Target, []);
                break;
            case ReadTranslationInstruction read:
                Assign(read.Target, []);
                break;
            case SelectInstruction select:
                Assign(select.Target, Of(select.IfTrue.Register).Union(Of(select.IfFalse.Register)).Union(Compared));
                break;
            case ArithmeticInstruction arithmetic:
                var operands = Of(arithmetic.Left).Union(Of(arithmetic.Right.Register));
                Assign(arithmetic.Target, operands);
                if (arithmetic.SetsFlags)
                    Compared = operands;
                break;
        }
    }

    // Registers that still hold their initial values are compared by value, others by the instruction that set them.
    private string Value(LitmusRegister register) =>
        !register.IsZero && _registers.TryGetValue(register.Number, out var found)
            ? $"{register} of assignment {found.Assignment}"
            : test.Registers.GetValueOrDefault((cpu, register.Number), LitmusValue.Zero).ToString();
}
