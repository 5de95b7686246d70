using Orleans.Mmu.Arm.Barriers;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>What an event of a casemate trace is.</summary>
internal enum TraceEventKind : byte
{
    MemoryInit, MemoryFree, MemorySet, MemoryRead, MemoryWrite, Dsb, Isb, Tlbi, WriteRegister, Lock, TryLock, Unlock, Hint,
}

/// <summary>What a hint of a trace says.</summary>
internal enum TraceHint : byte
{
    /// <summary>The lock of a tree.</summary>
    SetRootLock,

    /// <summary>The tree that a page belongs to.</summary>
    SetOwnerRoot,

    /// <summary>A table is given back.</summary>
    ReleaseTable,

    /// <summary>One thread alone writes a descriptor.</summary>
    SetPteThreadOwner,
}

/// <summary>The registers that lead to tables, or say how many levels they have; others say nothing here.</summary>
internal enum TraceRegister : byte
{
    Other, Ttbr0El2, VttbrEl2, Ttbr0El1, Ttbr1El1,

    /// <summary>How many levels the trees of EL1 have.</summary>
    TcrEl1,
}

/// <summary>One event of a casemate trace.</summary>
internal struct TraceEvent
{
    public TraceEventKind Kind;

    /// <summary>Its number in the trace.</summary>
    public ulong Id;

    /// <summary>The CPU.</summary>
    public int Cpu;

    /// <summary>An address, or the location of a hint.</summary>
    public ulong Address;

    /// <summary>Bytes, for what is about a range.</summary>
    public ulong Size;

    /// <summary>What is written or read, a TLBI's register, a hint's value.</summary>
    public ulong Value;

    /// <summary>A write with release semantics.</summary>
    public bool Release;

    /// <summary>The option of a DSB.</summary>
    public DsbKind Dsb;

    public TraceHint Hint;

    public TraceRegister Register;

    public TracedTlbi Tlbi;
}
