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

    // MOVZ and MOVN take 16 bits, shifted left by a multiple of 16.
    private MoveInstruction MoveHalfword(bool inverts)
    {
        if (_operands.Length is not (2 or 3))
            throw Expected("a number, and LSL of it", string.Join(",", _operands.Skip(1)));
        string shift = _operands.Length == 3 ? _operands[2].ToUpperInvariant() : "LSL#0";
        int most = Target(0).Wide ? 48 : 16;
        if (!shift.StartsWith("LSL", StringComparison.Ordinal)
            || !LitmusNumber.TryParse(shift[3..].TrimStart('#'), out long by) || by < 0 || by > most || by % 16 != 0)
            throw Expected($"LSL by a multiple of 16 up to {most}", shift);
        if (!LitmusNumber.TryParse(_operands[1].TrimStart('#'), out long number) || number is < 0 or > ushort.MaxValue)
            throw Expected("a number from 0 to 65535", _operands[1]);
        return new(_line, _text, Target(0), new(null, inverts ? ~(number << (int)by) : number << (int)by));
    }

    // MVN inverts all bits, NEG subtracts from 0.
    private ArithmeticInstruction OfZero(LitmusOperator @operator)
    {
        Count(2);
        OneWidth(Target(0), Target(1));
        var zero = new LitmusRegister(31, Target(0).Wide);
        return @operator == LitmusOperator.Sub
            ? new(_line, _text, @operator, Target(0), zero, new(Target(1), 0), SetsFlags: false)
            : new(_line, _text, @operator, Target(0), Target(1), new(null, -1), SetsFlags: false);
    }

    private ArithmeticInstruction Compare(LitmusOperator @operator)
    {
        if (_operands.Length == 3)
            return Modified(@operator, new(31, Target(0).Wide), Target(0), Target(1), setsFlags: true);
        Count(2);
        var operand = Operand(_operands[1]);
        OneWidth(Target(0), operand.Register);
        if (operand.Register is null
            && ImmediateRange.WhyNot(@operator, Target(0).Wide, operand.Immediate) is { } what)
            throw Expected(what, _operands[1]);
        return new(_line, _text, @operator, new(31, Target(0).Wide), Target(0), operand, SetsFlags: true);
    }

    private SelectInstruction Select(LitmusChange change)
    {
        Count(4);
        OneWidth(Target(0), Target(1), Target(2));
        return new(_line, _text, Target(0), new(Target(1), 0), new(Target(2), 0), Condition(3)) { Change = change };
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
            return Modified(@operator, Target(0), Target(1), Target(2), setsFlags);
        Count(3);
        var operand = Operand(_operands[2]);
        OneWidth(Target(0), Target(1), operand.Register);
        // BIC has no immediate form; an assembler takes the inverse for AND.
        var encoded = @operator == LitmusOperator.BitClear ? LitmusOperator.And : @operator;
        if (operand.Register is null && ImmediateRange.WhyNot(encoded, Target(0).Wide, operand.Immediate) is { } what)
            throw Expected(what, _operands[2]);
        return new(_line, _text, @operator, Target(0), Target(1), operand, setsFlags);
    }

    // ADD X0,X1,W2,SXTW, or ADD X0,X1,X2,LSL #3.
    private ArithmeticInstruction Modified(
        LitmusOperator @operator, LitmusRegister target, LitmusRegister left, LitmusRegister right, bool setsFlags)
    {
        string last = _operands[^1], registers = _operands[^2];
        var plain = new ArithmeticInstruction(
            _line, _text, @operator, target, left, new(right, 0), setsFlags)
        { Extension = ExtensionOf(last) };
        if (plain.Extension == LitmusExtension.None)
        {
            // A shift by a register (LSLV, LSRV, ASRV) shifts no operand.
            if (@operator is LitmusOperator.ShiftLeft or LitmusOperator.ShiftRight or LitmusOperator.ShiftRightSigned)
                throw Expected("three operands", last);
            OneWidth(target, left, right);
            return plain with { Shift = ShiftOf(last, right) };
        }

        if (@operator is not (LitmusOperator.Add or LitmusOperator.Sub))
            throw Expected("three operands", last);
        if (!target.Wide || !left.Wide)
            throw Expected("X registers before the extended one", target.Wide ? left.ToString() : target.ToString());
        return right.Wide ? throw Expected("a W register to extend", registers) : plain;
    }

    private static LitmusExtension ExtensionOf(string operand) => operand.ToUpperInvariant() switch
    {
        "SXTW" => LitmusExtension.SignedWord,
        "UXTW" => LitmusExtension.UnsignedWord,
        _ => LitmusExtension.None,
    };

    private ArithmeticInstruction ShiftOf(string operand, LitmusRegister register)
    {
        string text = operand.ToUpperInvariant();
        LitmusOperator? kind = text switch
        {
            ['L', 'S', 'L', ..] => LitmusOperator.ShiftLeft,
            ['L', 'S', 'R', ..] => LitmusOperator.ShiftRight,
            ['A', 'S', 'R', ..] => LitmusOperator.ShiftRightSigned,
            _ => null,
        };
        if (kind is not { } shift || !LitmusNumber.TryParse(text[3..].TrimStart('#'), out long by))
            throw Expected("SXTW, UXTW, or a shift (LSL, LSR, ASR)", operand);
        return ImmediateRange.WhyNot(shift, register.Wide, by) is { } what ? throw Expected(what, operand)
            : new(_line, _text, shift, register, register, new(null, by), SetsFlags: false);
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
