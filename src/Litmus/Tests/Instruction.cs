using Orleans.Mmu.Arm.Barriers;
using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Arm.Walks;

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
    Add, Sub, And, Or, Xor, ShiftLeft, ShiftRight,
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

/// <summary>MOV.</summary>
internal sealed record MoveInstruction(int Line, string Text, LitmusRegister Target, LitmusOperand Source)
    : Instruction(Line, Text);

/// <summary>ADD, SUB, AND, ORR, EOR, LSL, LSR.</summary>
internal sealed record ArithmeticInstruction(
    int Line, string Text, LitmusOperator Operator, LitmusRegister Target, LitmusRegister Left, LitmusOperand Right,
    bool SetsFlags) : Instruction(Line, Text);

/// <summary>CSEL.</summary>
internal sealed record SelectInstruction(
    int Line, string Text, LitmusRegister Target, LitmusRegister IfTrue, LitmusRegister IfFalse,
    LitmusComparison Condition) : Instruction(Line, Text);

/// <summary>B, B.cond.</summary>
/// <param name="Target">Index of the branch target.</param>
internal sealed record BranchInstruction(int Line, string Text, LitmusComparison? Condition, int Target)
    : Instruction(Line, Text);

/// <summary>CBZ, CBNZ.</summary>
internal sealed record CompareBranchInstruction(int Line, string Text, LitmusRegister Register, bool OnZero, int Target)
    : Instruction(Line, Text);

/// <summary>LDR, LDAR, STR, STLR, or one half of LDP or STP.</summary>
/// <param name="Index">Added to the base.</param>
/// <param name="Ordered">LDAR, STLR.</param>
internal sealed record AccessInstruction(
    int Line, string Text, AccessKind Kind, LitmusRegister Data, LitmusRegister Base, LitmusOperand Index, bool Ordered)
        : Instruction(Line, Text)
{
    /// <summary>LDAR, LDAPR: later accesses are ordered after it. An LDAPR may overtake an earlier STLR.</summary>
    public bool Acquires { get; init; }
}

/// <summary>LDADD, STADD, SWP: one atomic read-modify-write.</summary>
/// <param name="Adds">Whether it adds to the old value; otherwise it exchanges.</param>
/// <param name="Release">Whether earlier accesses are ordered before it.</param>
internal sealed record AtomicInstruction(
    int Line, string Text, bool Adds, LitmusRegister Source, LitmusRegister Target, LitmusRegister Base, bool Release)
        : Instruction(Line, Text)
{
    /// <summary>LDADDA, LDADDAL, SWPA, SWPAL: later accesses are ordered after it.</summary>
    public bool Acquires { get; init; }
}

/// <summary>DMB. It orders buffered stores.</summary>
internal sealed record DmbInstruction(int Line, string Text, BarrierAccesses Accesses) : Instruction(Line, Text);

/// <summary>DSB.</summary>
/// <param name="Kind">Its option; <see cref="TlbiCompletion"/> says which TLBIs it completes.</param>
internal sealed record DsbInstruction(int Line, string Text, DsbKind Kind) : Instruction(Line, Text)
{
    /// <summary>The accesses for which it waits.</summary>
    public BarrierAccesses Accesses => Kind.Accesses();
}

/// <summary>ISB.</summary>
internal sealed record IsbInstruction(int Line, string Text) : Instruction(Line, Text);

/// <summary>TLBI.</summary>
/// <param name="Register">Holds VA &gt;&gt; 12; null for forms without an address.</param>
internal sealed record TlbiInstruction(int Line, string Text, TlbiScope Scope, bool Broadcast, LitmusRegister? Register)
    : Instruction(Line, Text);

/// <summary>MSR TTBR1_EL1.</summary>
internal sealed record WriteRootInstruction(int Line, string Text, LitmusRegister Register) : Instruction(Line, Text);

/// <summary>NOP, and the target of a label at the end of a program.</summary>
internal sealed record NopInstruction(int Line, string Text) : Instruction(Line, Text);
