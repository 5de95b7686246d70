using Orleans.Mmu.Arm.Walks;

namespace Orleans.Mmu.Litmus.Tests;

/// <summary>LDR, LDUR, LDAR, LDAPR, LDAPUR, STR, STUR, STLR, STLUR, or one half of LDP or STP.</summary>
/// <param name="Index">Added to the base.</param>
/// <param name="Ordered">LDAR, STLR.</param>
internal sealed record AccessInstruction(
    int Line, string Text, AccessKind Kind, LitmusRegister Data, LitmusRegister Base, LitmusOperand Index, bool Ordered)
        : Instruction(Line, Text)
{
    /// <summary>LDAR, LDAPR: later accesses are ordered after it. An LDAPR may overtake an earlier STLR.</summary>
    public bool Acquires { get; init; }

    /// <summary>How far <see cref="Index"/> is shifted left.</summary>
    public int IndexShift { get; init; }

    /// <summary>The extension of <see cref="Index"/>.</summary>
    public LitmusExtension IndexExtension { get; init; }

    /// <summary>Whether it is the second half of a pair, which has no address of its own.</summary>
    public bool IsSecond { get; init; }
}

/// <summary>What an atomic stores: its operand, or the old value changed by its operand.</summary>
internal enum LitmusAtomicOperation
{
    Exchange, Add, Clear, Set, Xor, SignedMax, SignedMin, UnsignedMax, UnsignedMin,
}

/// <summary>SWP, LDADD, LDCLR, LDSET, LDEOR, LDSMAX …, STADD …: one atomic read-modify-write.</summary>
/// <param name="Target">
/// Gets the old value. XZR for the ST forms: then the read is no load for DMB LD and DSB LD.
/// </param>
/// <param name="Release">Whether earlier accesses are ordered before it.</param>
internal sealed record AtomicInstruction(
    int Line, string Text, LitmusAtomicOperation Operation, LitmusRegister Source, LitmusRegister Target,
    LitmusRegister Base, bool Release) : Instruction(Line, Text)
{
    /// <summary>LDADDA, LDADDAL, SWPA, SWPAL …: later accesses are ordered after it.</summary>
    public bool Acquires { get; init; }

    /// <summary>False for a read whose result no register gets (NoRet of aarch64.cat).</summary>
    public bool Returns => !Target.IsZero;
}

/// <summary>
/// CAS: stores <paramref name="Source"/> if memory holds what <paramref name="Compared"/> holds, which then gets what
/// memory held.
/// </summary>
internal sealed record CompareSwapInstruction(
    int Line, string Text, LitmusRegister Compared, LitmusRegister Source, LitmusRegister Base, bool Acquires,
    bool Release) : Instruction(Line, Text);

/// <summary>LDXR, LDAXR.</summary>
internal sealed record LoadExclusiveInstruction(
    int Line, string Text, LitmusRegister Target, LitmusRegister Base, bool Acquires) : Instruction(Line, Text);

/// <summary>STXR, STLXR: the status register gets 0 if it has stored and 1 if it has not.</summary>
internal sealed record StoreExclusiveInstruction(
    int Line, string Text, LitmusRegister Status, LitmusRegister Source, LitmusRegister Base, bool Release)
        : Instruction(Line, Text);
