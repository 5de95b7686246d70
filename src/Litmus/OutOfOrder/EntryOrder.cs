using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.OutOfOrder;

/// <summary>What is known of an entry of a window, and which events must be performed before each of its events.</summary>
internal struct EntryOrder
{
    public ExplicitAccess? Access;

    /// <summary>The address, once it is known; for a TLBI its operand.</summary>
    public LitmusValue? Address;

    /// <summary>The location of the access, once its address and its translation are known; else −1.</summary>
    public int Location;

    /// <summary>The value of <see cref="ExplicitAccess.Source"/>, once it is known.</summary>
    public LitmusValue? Data;

    /// <summary>Reads that the address or the data depends on, but not by pick.</summary>
    public ulong Dependencies;

    /// <summary>Whether it is a branch or a CSEL whose operands are not known yet.</summary>
    public bool IsOpen;

    /// <summary>Whether an earlier explicit access is not performed.</summary>
    public bool IsBehindAccess;

    public EventSet BeforeWalk;
    public EventSet BeforeRead;
    public EventSet BeforeWrite;

    /// <summary>Before the fault or the TLBI.</summary>
    public EventSet BeforeOther;

    /// <summary>TLBIs that are complete once an event of the entry other than its walk is performed.</summary>
    public TlbiSet Completes;

    /// <summary>TLBIs that are complete once its walk is performed.</summary>
    public TlbiSet CompletesByWalk;
}
