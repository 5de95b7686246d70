namespace Orleans.Mmu.Litmus.Tests;

/// <summary>A general register by number; 31 is XZR. A W register is the lower half.</summary>
/// <param name="Wide">Whether it is an X register.</param>
internal readonly record struct LitmusRegister(int Number, bool Wide)
{
    public bool IsZero => Number == 31;

    public override string ToString() =>
        $"{(Wide ? 'X' : 'W')}{(IsZero ? "ZR" : Number.ToString(System.Globalization.CultureInfo.InvariantCulture))}";
}

/// <summary>A register or an immediate.</summary>
internal readonly record struct LitmusOperand(LitmusRegister? Register, long Immediate);

/// <summary>The operation of an arithmetic instruction.</summary>
internal enum LitmusOperator
{
    Add, Sub, And, Or, Xor, BitClear, ShiftLeft, ShiftRight, ShiftRightSigned,
}

/// <summary>How an instruction extends its last operand, a W register, to the width of the others.</summary>
internal enum LitmusExtension
{
    None, SignedWord, UnsignedWord,
}

/// <summary>What CSINC, CSINV and CSNEG do to their second operand.</summary>
internal enum LitmusChange
{
    None, Increment, Invert, Negate,
}

/// <summary>The conditions of B.cond and CSEL that a comparison decides.</summary>
internal enum LitmusComparison
{
    Equal, NotEqual, SignedLess, SignedLessOrEqual, SignedGreater, SignedGreaterOrEqual, Lower, LowerOrSame, Higher,
    HigherOrSame,
}

/// <summary>One instruction of a litmus test.</summary>
/// <param name="Line">Line in the file, from 1.</param>
/// <param name="Text">The instruction as written, with single blanks.</param>
public abstract record Instruction(int Line, string Text)
{
    /// <summary>Labels of this instruction, in the order of the file.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];
}

/// <summary>MOV, MOVZ, MOVN, SXTW, UXTW.</summary>
internal sealed record MoveInstruction(int Line, string Text, LitmusRegister Target, LitmusOperand Source)
    : Instruction(Line, Text)
{
    public LitmusExtension Extension { get; init; }
}

/// <summary>ADD, SUB, AND, ORR, EOR, BIC, LSL, LSR, ASR, and the forms that set the flags.</summary>
internal sealed record ArithmeticInstruction(
    int Line, string Text, LitmusOperator Operator, LitmusRegister Target, LitmusRegister Left, LitmusOperand Right,
    bool SetsFlags) : Instruction(Line, Text)
{
    /// <summary>The extension of <see cref="Right"/>.</summary>
    public LitmusExtension Extension { get; init; }

    /// <summary>The shift of <see cref="Right"/>, as an instruction of its own; null for none.</summary>
    public ArithmeticInstruction? Shift { get; init; }
}

/// <summary>CSEL, CSINC, CSINV, CSNEG; CSET selects the numbers 1 and 0.</summary>
internal sealed record SelectInstruction(
    int Line, string Text, LitmusRegister Target, LitmusOperand IfTrue, LitmusOperand IfFalse,
    LitmusComparison Condition) : Instruction(Line, Text)
{
    /// <summary>What becomes of <see cref="IfFalse"/>.</summary>
    public LitmusChange Change { get; init; }
}

/// <summary>B, B.cond.</summary>
/// <param name="Target">Index of the branch target.</param>
internal sealed record BranchInstruction(int Line, string Text, LitmusComparison? Condition, int Target)
    : Instruction(Line, Text);

/// <summary>CBZ, CBNZ, TBZ, TBNZ.</summary>
internal sealed record CompareBranchInstruction(int Line, string Text, LitmusRegister Register, bool OnZero, int Target)
    : Instruction(Line, Text)
{
    /// <summary>The bit that TBZ and TBNZ test; null for the whole register.</summary>
    public int? Bit { get; init; }
}

/// <summary>NOP, and the target of a label at the end of a program.</summary>
internal sealed record NopInstruction(int Line, string Text) : Instruction(Line, Text);

/// <summary>The end of a program that is followed by a fault handler.</summary>
internal sealed record EndInstruction(int Line, string Text) : Instruction(Line, Text);
