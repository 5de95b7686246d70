using Orleans.Mmu.Arm.Barriers;
using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Arm.Walks;

namespace Orleans.Mmu.Litmus.Tests;

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
    : Instruction(Line, Text)
{
    /// <summary>Whether it is a form by range (FEAT_TLBIRANGE).</summary>
    public bool IsRange { get; init; }
}

/// <summary>MSR TTBR1_EL1.</summary>
internal sealed record WriteRootInstruction(int Line, string Text, LitmusRegister Register) : Instruction(Line, Text);

/// <summary>ADR of a label: the address of an instruction of the same CPU.</summary>
/// <param name="Index">The instruction's index in the program.</param>
internal sealed record AddressInstruction(int Line, string Text, LitmusRegister Target, int Index)
    : Instruction(Line, Text);

/// <summary>MRS of ELR_EL1.</summary>
internal sealed record ReadLinkInstruction(int Line, string Text, LitmusRegister Target) : Instruction(Line, Text);

/// <summary>MSR of ELR_EL1.</summary>
internal sealed record WriteLinkInstruction(int Line, string Text, LitmusRegister Register) : Instruction(Line, Text);

/// <summary>AT S1E0R, S1E0W, S1E1R, S1E1W: translates an address as an access would, into PAR_EL1.</summary>
/// <param name="AtEl0">Whether the translation is one for EL0.</param>
internal sealed record TranslateInstruction(
    int Line, string Text, AccessKind Kind, bool AtEl0, LitmusRegister Register) : Instruction(Line, Text);

/// <summary>MRS of PAR_EL1.</summary>
internal sealed record ReadTranslationInstruction(int Line, string Text, LitmusRegister Target)
    : Instruction(Line, Text);

/// <summary>SVC, UDF: an exception that every execution takes.</summary>
/// <param name="IsUndefined">UDF, which returns to itself; SVC returns to the instruction after it.</param>
internal sealed record ExceptionInstruction(int Line, string Text, bool IsUndefined) : Instruction(Line, Text);

/// <summary>ERET: continues at ELR_EL1.</summary>
internal sealed record ExceptionReturnInstruction(int Line, string Text) : Instruction(Line, Text);
