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

    public static FlowingValue Of(LitmusValue value) => new(true, value, 0, 0);
}

/// <summary>The registers of a CPU at one place of its window, and the reads that each value depends on.</summary>
internal sealed class RegisterFlow(LitmusTest test)
{
    private readonly FlowingValue[] _registers = new FlowingValue[31];
    private LitmusFlags _compared;
    private FlowingValue _flags;

    /// <summary>The last comparison; its value has no meaning.</summary>
    public FlowingValue Flags => _flags;

    /// <summary>ELR_EL1.</summary>
    public FlowingValue Link { get; set; }

    /// <summary>Starts at the head of a window, before which everything is performed.</summary>
    public void Start(WindowCpu cpu)
    {
        for (int i = 0; i < _registers.Length; i++)
            _registers[i] = FlowingValue.Of(cpu.Registers[i]);
        _compared = cpu.Compared;
        _flags = FlowingValue.Of(default);
        Link = FlowingValue.Of(cpu.Link);
    }

    /// <summary>Makes this place the head of the window; everything must be known.</summary>
    public void Save(WindowCpu cpu)
    {
        for (int i = 0; i < _registers.Length; i++)
            cpu.Registers[i] = _registers[i].Value;
        cpu.Compared = _compared;
        cpu.Link = Link.Value;
    }

    public FlowingValue Read(LitmusRegister register)
    {
        if (register.IsZero)
            return FlowingValue.Of(LitmusValue.Zero);
        var held = _registers[register.Number];
        return held with { Value = Narrow(register, held.Value) };
    }

    public FlowingValue Read(LitmusOperand operand) => operand.Register is { } register
        ? Read(register) : FlowingValue.Of(LitmusValue.Number(operand.Immediate));

    public void Set(LitmusRegister register, FlowingValue value)
    {
        if (!register.IsZero)
            _registers[register.Number] = value with { Value = Narrow(register, value.Value) };
    }

    /// <summary>Whether a condition on the flags holds; null if it is not known yet.</summary>
    public bool? Holds(LitmusComparison condition) =>
        _flags.Known ? _compared.Holds(condition) : null;

    /// <summary>Follows an instruction that only moves and computes values; false for any other.</summary>
    public bool TryFollow(int cpu, Instruction instruction)
    {
        switch (instruction)
        {
            case MoveInstruction move:
                var source = Read(move.Source);
                Set(move.Target, source.Known
                    ? source with { Value = LitmusArithmetic.Extend(source.Value, move.Extension) } : source);
                return true;
            case ArithmeticInstruction arithmetic:
                Compute(arithmetic);
                return true;
            case AddressInstruction address:
                Set(address.Target, FlowingValue.Of(LitmusValue.Code(cpu, address.Index)));
                return true;
            case ReadLinkInstruction read:
                Set(read.Target, Link);
                return true;
            case WriteLinkInstruction write:
                Link = Read(write.Register);
                return true;
            default:
                return false;
        }
    }

    /// <param name="chosen">Whether the condition holds or is assumed to hold; null for neither.</param>
    public void Select(SelectInstruction select, bool? chosen)
    {
        FlowingValue first = Read(select.IfTrue), second = Read(select.IfFalse);
        var value = chosen switch
        {
            true => first,
            false when second.Known =>
                second with { Value = RegisterDecisions.Changed(test, select, second.Value) },
            false => second,
            null => new FlowingValue(false, default, first.Data | second.Data, first.Pick | second.Pick),
        };
        Set(select.Target, value with { Pick = value.Pick | _flags.All });
    }

    private void Compute(ArithmeticInstruction instruction)
    {
        FlowingValue left = Read(instruction.Left), right = Read(instruction.Right);
        var taint = new FlowingValue(
            left.Known && right.Known, default, left.Data | right.Data, left.Pick | right.Pick);
        var operand = right.Known ? LitmusArithmetic.Modified(test, instruction, right.Value) : default;
        if (instruction.SetsFlags)
        {
            _flags = taint;
            if (taint.Known)
                _compared = LitmusArithmetic.Compared(test, instruction, left.Value, operand);
            if (instruction.Target.IsZero)
                return;
        }

        Set(instruction.Target, taint.Known
            ? taint with { Value = LitmusArithmetic.Compute(test, instruction, left.Value, operand) } : taint);
    }

    private static LitmusValue Narrow(LitmusRegister register, LitmusValue value) =>
        register.Wide || value.Kind != LitmusValueKind.Number ? value : LitmusValue.Number((uint)value.Bits);
}
