namespace Orleans.Mmu.Axioms.Programs;

/// <summary>One instruction of a CPU.</summary>
internal abstract record Step
{
    internal sealed record Nothing : Step;

    internal sealed record Move(Register To, Operand From) : Step;

    internal sealed record Arithmetic(ArithmeticKind Kind, Register To, Register Left, Operand Right) : Step;

    internal sealed record Compare(Register Left, Operand Right) : Step;

    /// <summary>CSEL, and CSET with the numbers 1 and 0.</summary>
    internal sealed record Select(Register To, Operand Yes, Operand No, bool WhereEqual) : Step;

    internal sealed record Load(Register To, Target From, LoadOrder Order, bool Exclusive = false) : Step;

    internal sealed record Store(Register From, Target To, bool Release) : Step;

    internal sealed record StoreExclusive(Register Status, Register From, Target To, bool Release) : Step;

    /// <summary>
    /// SWP, LDADD, LDSET and LDCLR with their forms; <c>To</c> is the zero register where nothing is returned.
    /// </summary>
    internal sealed record Atomic(
        AtomicKind Kind, Register From, Register To, Target On, bool Acquire, bool Release) : Step;

    internal sealed record CompareAndSwap(
        Register Old, Register New, Target On, bool Acquire, bool Release) : Step;

    internal sealed record Barrier(BarrierKind Kind, BarrierAccesses Accesses) : Step;

    internal sealed record ContextSynchronization : Step;

    internal sealed record Invalidate(bool Everything, bool Broadcast, Register Page, string Name) : Step;

    /// <summary>B, CBZ, CBNZ, B.EQ and B.NE.</summary>
    internal sealed record Branch(BranchKind Kind, Register On, string To) : Step;

    internal sealed record SupervisorCall : Step;

    internal sealed record ExceptionReturn : Step;

    /// <summary>ADR: the address of a label.</summary>
    internal sealed record AddressOfLabel(Register To, string Label) : Step;

    /// <summary>MSR ELR_EL1.</summary>
    internal sealed record SetReturnAddress(Register From) : Step;

    /// <summary>MRS ELR_EL1.</summary>
    internal sealed record GetReturnAddress(Register To) : Step;
}

internal enum ArithmeticKind
{
    Add,
    Subtract,
    And,
    Or,
    ExclusiveOr,
    Clear,
    ShiftRight,
}

internal enum AtomicKind
{
    Swap,
    Add,
    Set,
    Clear,
}

internal enum LoadOrder
{
    Plain,
    Acquire,
    AcquirePc,
}

internal enum BarrierKind
{
    Dmb,
    Dsb,
}

internal enum BarrierAccesses
{
    All,
    Loads,
    Stores,
}

internal enum BranchKind
{
    Always,
    Zero,
    NotZero,
    Equal,
    NotEqual,
}
