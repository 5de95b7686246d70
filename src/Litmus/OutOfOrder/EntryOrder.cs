using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.OutOfOrder;

/// <summary>
/// What is known of an entry of a window, and which events must be performed before each of its events.
/// </summary>
internal struct EntryOrder
{
    public ExplicitAccess? Access;

    /// <summary>The address, once it is known; for a TLBI its operand.</summary>
    public LitmusValue? Address;

    /// <summary>The location of the access, once its address and its translation are known; else −1.</summary>
    public int Location;

    /// <summary>The value of <see cref="ExplicitAccess.Source"/>, once it is known.</summary>
    public LitmusValue? Data;

    /// <summary>What the Compared register of a CAS holds, once it is known.</summary>
    public LitmusValue? Compared;

    /// <summary>Reads that the address or the data depends on, but not by pick.</summary>
    public ulong Dependencies;

    /// <summary>Reads that pick the address or the data.</summary>
    public ulong Picks;

    /// <summary>Reads that what it writes is made from (dtrm): an atomic's own read is among them.</summary>
    public ulong Made;

    /// <summary>Whether it has a write, as far as it is known.</summary>
    public bool Writes;

    /// <summary>
    /// The entry of the exclusive load that an STXR pairs with; −1 for one before the window, −2 for none.
    /// </summary>
    public int Exclusive;

    /// <summary>
    /// Whether it is a branch or a CSEL whose operands are not known yet, or a CAS or an STXR without a guess.
    /// </summary>
    public bool IsOpen;

    /// <summary>Whether an earlier explicit access is not performed.</summary>
    public bool IsBehindAccess;

    /// <summary>Whether it runs in the fault handler.</summary>
    public bool InHandler;

    /// <summary>Whether it may take a fault.</summary>
    public bool CanFault;

    public EventSet BeforeWalk;
    public EventSet BeforeRead;
    public EventSet BeforeWrite;

    /// <summary>Before the fault, the TLBI or the hardware update.</summary>
    public EventSet BeforeOther;

    /// <summary>TLBIs that are complete once an explicit event, a fault or a TLBI of the entry is performed.</summary>
    public TlbiSet Completes;

    /// <summary>TLBIs that are complete once its walk or its hardware update is performed.</summary>
    public TlbiSet CompletesByWalk;
}

/// <summary>The order of the events in a CPU's window (locally-ordered-before of aarch64hwreqs.cat).</summary>
internal sealed class WindowOrder(EntryOrder[] entries)
{
    /// <summary>One element for each entry of the window.</summary>
    public EntryOrder[] Entries { get; } = entries;
}
