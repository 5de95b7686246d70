using Orleans.Mmu.Inputs;
using Orleans.Mmu.Litmus.Machine;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.OutOfOrder;

/// <summary>A value on its way through registers.</summary>
/// <param name="Known">Whether every read that it is computed from is performed.</param>
/// <param name="Data">The reads that are not performed and that it depends on as data (dtrm).</param>
/// <param name="Pick">Those that only decide which value it is, by a CSEL (pick-dtrm).</param>
internal readonly record struct FlowingValue(bool Known, LitmusValue Value, ulong Data, ulong Pick)
{
    public ulong All => Data | Pick;
}

/// <summary>The registers of a CPU at one place of its window, and the reads that each value depends on.</summary>
internal sealed class RegisterFlow(LitmusTest test)
{
    private readonly FlowingValue[] _registers = new FlowingValue[31];
    private (long Left, long Right) _compared;
    private FlowingValue _flags;

    /// <summary>The last comparison; its value has no meaning.</summary>
    public FlowingValue Flags => _flags;

    /// <summary>Starts at the head of a window, before which everything is performed.</summary>
    public void Start(WindowCpu cpu)
    {
        for (int i = 0; i < _registers.Length; i++)
            _registers[i] = new(true, cpu.Registers[i], 0, 0);
        _compared = cpu.Compared;
        _flags = new(true, default, 0, 0);
    }

    /// <summary>Makes this place the head of the window; everything must be known.</summary>
    public void Save(WindowCpu cpu)
    {
        for (int i = 0; i < _registers.Length; i++)
            cpu.Registers[i] = _registers[i].Value;
        cpu.Compared = _compared;
    }

    public FlowingValue Read(LitmusRegister register)
    {
        if (register.IsZero)
            return new(true, LitmusValue.Zero, 0, 0);
        var held = _registers[register.Number];
        return held with { Value = Narrow(register, held.Value) };
    }

    public FlowingValue Read(LitmusOperand operand) => operand.Register is { } register
        ? Read(register)
        : new(true, LitmusValue.Number(operand.Immediate), 0, 0);

    /// <summary>The register that a read of memory writes.</summary>
    /// <param name="entry">The reading entry, or null if its read is performed.</param>
    public void Load(LitmusRegister register, LitmusValue value, int? entry) =>
        Set(register, entry is { } at ? new(false, default, 1UL << at, 0) : new(true, value, 0, 0));

    /// <summary>Whether a condition on the flags holds; null if it is not known yet.</summary>
    public bool? Holds(LitmusComparison condition) =>
        _flags.Known ? LitmusArithmetic.Holds(condition, _compared.Left, _compared.Right) : null;

    public void Move(MoveInstruction move) => Set(move.Target, Read(move.Source));

    public void Compute(ArithmeticInstruction instruction)
    {
        var left = Read(instruction.Left);
        var right = Read(instruction.Right);
        var taint = new FlowingValue(
            left.Known && right.Known, default, left.Data | right.Data, left.Pick | right.Pick);
        if (instruction.SetsFlags)
        {
            _flags = taint;
            if (taint.Known)
                Compare(instruction, left.Value, right.Value);
            if (instruction.Target.IsZero)
                return;
        }

        Set(instruction.Target, taint.Known
            ? taint with { Value = LitmusArithmetic.Compute(test, instruction, left.Value, right.Value) } : taint);
    }

    /// <param name="chosen">Whether the condition holds or is assumed to hold; null for neither.</param>
    public void Select(SelectInstruction select, bool? chosen)
    {
        FlowingValue first = Read(select.IfTrue), second = Read(select.IfFalse);
        var value = chosen switch
        {
            true => first,
            false => second,
            null => new FlowingValue(false, default, first.Data | second.Data, first.Pick | second.Pick),
        };
        Set(select.Target, value with { Pick = value.Pick | _flags.All });
    }

    private void Compare(ArithmeticInstruction instruction, LitmusValue left, LitmusValue right)
    {
        if (left.Kind != right.Kind && left.Kind != LitmusValueKind.Number && right.Kind != LitmusValueKind.Number)
            throw new InputException(
                test.Source, instruction.Line,
                $"expected two numbers or two addresses, found {test.Names.Text(left)} and " +
                $"{test.Names.Text(right)} in {instruction.Text}");
        if (!instruction.Left.Wide)
            (left, right) = (Extend(left), Extend(right));
        _compared = left.Kind == right.Kind
            ? (left.Bits, right.Bits)
            : (left.Kind == LitmusValueKind.Number ? left.Bits : long.MaxValue,
                    right.Kind == LitmusValueKind.Number ? right.Bits : long.MaxValue);
    }

    private void Set(LitmusRegister register, FlowingValue value)
    {
        if (!register.IsZero)
            _registers[register.Number] = value with { Value = Narrow(register, value.Value) };
    }

    private static LitmusValue Extend(LitmusValue value) =>
        value.Kind == LitmusValueKind.Number ? LitmusValue.Number((int)value.Bits) : value;

    private static LitmusValue Narrow(LitmusRegister register, LitmusValue value) =>
        register.Wide || value.Kind != LitmusValueKind.Number ? value : LitmusValue.Number((uint)value.Bits);
}
