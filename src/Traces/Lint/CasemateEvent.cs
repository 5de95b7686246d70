namespace Orleans.Mmu.Traces.Lint;

/// <summary>The kinds of events in a casemate trace.</summary>
internal enum CasemateEventKind : byte
{
    MemoryInit, MemoryFree, MemorySet, MemoryRead, MemoryWrite, Dsb, Isb, Tlbi, WriteRegister, Lock, TryLock, Unlock,
    Hint,
}

/// <summary>The kinds of hints in a trace.</summary>
internal enum CasemateHint : byte
{
    /// <summary>The lock of a tree.</summary>
    SetRootLock,

    /// <summary>The tree that a page belongs to.</summary>
    SetOwnerRoot,

    /// <summary>The kernel frees a table.</summary>
    ReleaseTable,

    /// <summary>The one thread that may write a descriptor.</summary>
    SetPteThreadOwner,
}

/// <summary>
/// The registers that the linter follows: those that point to tables, and those that say how tables are read.
/// </summary>
internal enum CasemateRegister : byte
{
    Other, Ttbr0El2, Ttbr1El2, VttbrEl2, Ttbr0El1, Ttbr1El1,

    /// <summary>TCR_EL1: granule and levels of the trees of EL1.</summary>
    TcrEl1,

    /// <summary>TCR_EL2: granule and levels of the trees of EL2.</summary>
    TcrEl2,

    /// <summary>VTCR_EL2: granule and levels of the trees of stage 2.</summary>
    VtcrEl2,

    /// <summary>HCR_EL2, whose bits E2H and TGE say how TCR_EL2 is read and which TLBIs are for EL2.</summary>
    HcrEl2,

    /// <summary>MAIR_EL1: the memory types that AttrIndx of stage 1 of EL1&amp;0 stands for.</summary>
    MairEl1,

    /// <summary>MAIR_EL2.</summary>
    MairEl2,

    /// <summary>SCTLR_EL1, whose bit M turns translation at EL1 on and off.</summary>
    SctlrEl1,

    /// <summary>SCTLR_EL2, whose bit M turns translation at EL2 on and off.</summary>
    SctlrEl2,
}

/// <summary>One event of a casemate trace.</summary>
internal struct CasemateEvent
{
    public CasemateEventKind Kind;

    /// <summary>The ID that the trace gives the event. IDs may repeat and need not ascend.</summary>
    public ulong Id;

    /// <summary>The CPU.</summary>
    public int Cpu;

    /// <summary>An address, or the location of a hint.</summary>
    public ulong Address;

    /// <summary>Bytes, in the events that concern a range.</summary>
    public ulong Size;

    /// <summary>The value that is written or read, the register of a TLBI, or the value of a hint.</summary>
    public ulong Value;

    /// <summary>A write with release semantics.</summary>
    public bool Release;

    public LintedDsb Dsb;

    public CasemateHint Hint;

    public CasemateRegister Register;

    public LintedTlbi Tlbi;
}
