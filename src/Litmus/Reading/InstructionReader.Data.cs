using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Reading;

/// <summary>Data processing: moves, arithmetic, comparisons and selections.</summary>
internal sealed partial class InstructionReader
{
    private MoveInstruction Move()
    {
        Count(2);
        var operand = Operand(_operands[1]);
        OneWidth(Target(0), operand.Register);
        if (operand.Register is null && ImmediateRange.WhyNoMove(Target(0).Wide, operand.Immediate) is { } what)
            throw Expected(what, _operands[1]);
        return new(_line, _text, Target(0), operand);
    }

    // SXTW X0,W1; W1 is a W register, which gives the lower half.
    private MoveInstruction Extend(LitmusExtension extension)
    {
        Count(2);
        return new(_line, _text, Target(0), new(Target(1), 0)) { Extension = extension };
    }

    private ArithmeticInstruction Compare(LitmusOperator @operator)
    {
        Count(2);
        var operand = Operand(_operands[1]);
        OneWidth(Target(0), operand.Register);
        if (operand.Register is null
            && ImmediateRange.WhyNot(@operator, Target(0).Wide, operand.Immediate) is { } what)
            throw Expected(what, _operands[1]);
        return new(_line, _text, @operator, new(31, Target(0).Wide), Target(0), operand, SetsFlags: true);
    }

    private SelectInstruction Select()
    {
        Count(4);
        OneWidth(Target(0), Target(1), Target(2));
        return new(_line, _text, Target(0), new(Target(1), 0), new(Target(2), 0), Condition(3));
    }

    private SelectInstruction SetByCondition()
    {
        Count(2);
        return new(_line, _text, Target(0), new(null, 1), new(null, 0), Condition(1));
    }

    private LitmusComparison Condition(int operand) =>
        LitmusConditions.Find(_operands[operand])
            ?? throw Expected($"a condition ({LitmusConditions.Names})", _operands[operand]);

    private ArithmeticInstruction Arithmetic(LitmusOperator @operator, bool setsFlags = false)
    {
        if (_operands.Length == 4)
            return Extended(@operator, setsFlags);
        Count(3);
        var operand = Operand(_operands[2]);
        OneWidth(Target(0), Target(1), operand.Register);
        // BIC has no immediate form; an assembler takes the inverse for AND.
        var encoded = @operator == LitmusOperator.BitClear ? LitmusOperator.And : @operator;
        if (operand.Register is null && ImmediateRange.WhyNot(encoded, Target(0).Wide, operand.Immediate) is { } what)
            throw Expected(what, _operands[2]);
        return new(_line, _text, @operator, Target(0), Target(1), operand, setsFlags);
    }

    // ADD X0,X1,W2,SXTW.
    private ArithmeticInstruction Extended(LitmusOperator @operator, bool setsFlags)
    {
        if (@operator is not (LitmusOperator.Add or LitmusOperator.Sub))
            throw Expected("three operands", _operands[3]);
        LitmusExtension extension = _operands[3].ToUpperInvariant() switch
        {
            "SXTW" => LitmusExtension.SignedWord,
            "UXTW" => LitmusExtension.UnsignedWord,
            _ => throw Expected("SXTW or UXTW", _operands[3]),
        };
        if (!Target(0).Wide || !Target(1).Wide)
            throw Expected("X registers before the extended one", _operands[Target(0).Wide ? 1 : 0]);
        if (Target(2).Wide)
            throw Expected("a W register to extend", _operands[2]);
        return new(_line, _text, @operator, Target(0), Target(1), new(Target(2), 0), setsFlags)
        {
            Extension = extension,
        };
    }

    // No data-processing instruction without an extension (UXTW …) takes X and W registers together.
    private void OneWidth(params ReadOnlySpan<LitmusRegister?> registers)
    {
        foreach (var register in registers)
        {
            if (register is { } other && other.Wide != registers[0]!.Value.Wide)
                throw Expected("registers of one width", other.ToString());
        }
    }
}
