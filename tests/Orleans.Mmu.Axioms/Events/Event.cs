using Orleans.Mmu.Axioms.Programs;

namespace Orleans.Mmu.Axioms.Events;

/// <summary>What an event does.</summary>
internal enum EventKind
{
    /// <summary>An implicit read of a descriptor, for an access of its page.</summary>
    Walk,

    /// <summary>A hardware update of a descriptor's AF or dirty state, by the walk that needs it.</summary>
    Update,

    Read,
    Write,
    Fault,
    Dmb,
    Dsb,

    /// <summary>ISB or ERET: a context synchronization that is no fault.</summary>
    Synchronization,

    Invalidation,
}

/// <summary>Why a translation ends in a fault, in the order in which hardware looks.</summary>
internal enum FaultKind
{
    Translation,
    AccessFlag,
    Permission,

    /// <summary>SVC and UDF: an exception entry that no walk leads to.</summary>
    Call,
}

/// <summary>
/// The earlier reads of the same CPU that an event depends on, as bits of their indices in the CPU's events: through
/// the address, the data, a branch; <c>Picked…</c> also counts what only decided which value was taken (CSEL).
/// </summary>
internal readonly record struct Dependencies(
    ulong Address, ulong Data, ulong Control, ulong PickedAddress, ulong PickedData, ulong PickedControl);

/// <summary>One event of a CPU. Events of the same instruction have the same <c>Instance</c>.</summary>
internal sealed record Event(EventKind Kind, int Instance)
{
    /// <summary>
    /// The word that is read or written; for a fault with an output page, the word it would have accessed.
    /// </summary>
    public Location? Location { get; init; }

    /// <summary>What is read or written.</summary>
    public Value? Value { get; init; }

    /// <summary>The virtual page that the instruction accesses, or whose entries the invalidation removes.</summary>
    public string? Page { get; init; }

    public bool Acquire { get; init; }

    public bool AcquirePc { get; init; }

    public bool Release { get; init; }

    /// <summary>The read of an atomic that returns nothing, which no barrier takes for a load.</summary>
    public bool NoReturn { get; init; }

    public FaultKind Fault { get; init; }

    public BarrierAccesses Accesses { get; init; }

    /// <summary>Of an invalidation: all pages; all CPUs.</summary>
    public bool Everything { get; init; }

    public bool Broadcast { get; init; }

    public Dependencies On { get; init; }

    /// <summary>The earlier reads that a written value is made from, its own instruction's among them.</summary>
    public Taint Made { get; init; }

    /// <summary>Of a write or update: the index of the read it forms an atomic pair with.</summary>
    public int? AtomicWith { get; init; }

    /// <summary>The pair is one instruction, no pair of exclusives.</summary>
    public bool IsOneInstruction { get; init; }

    public bool IsExplicit => Kind is EventKind.Read or EventKind.Write;

    public bool Writes => Kind is EventKind.Write or EventKind.Update;

    public bool IsUncacheableFault =>
        Kind == EventKind.Fault && Fault is FaultKind.Translation or FaultKind.AccessFlag;
}
