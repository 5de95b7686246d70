using Orleans.Mmu.Arm.Walks;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.OutOfOrder;

/// <summary>What a load, a store or an atomic does to memory, in the terms of Arm's model.</summary>
/// <param name="Kind">What its translation must permit.</param>
internal sealed record ExplicitAccess(
    Instruction Instruction, AccessKind Kind, LitmusRegister Base, LitmusOperand Index)
{
    private static readonly LitmusRegister None = new(31, true);

    /// <summary>Whether it has an explicit read.</summary>
    public bool Reads { get; init; }

    /// <summary>Whether it can have an explicit write.</summary>
    public bool Writes { get; init; }

    /// <summary>The register that the read writes; XZR for none.</summary>
    public LitmusRegister Target { get; init; } = None;

    /// <summary>The register whose value is written, or changes what is.</summary>
    public LitmusRegister Source { get; init; } = None;

    /// <summary>Whether the read is an acquire of either kind: A or Q.</summary>
    public bool Acquires { get; init; }

    /// <summary>Whether the read waits for earlier releases: A.</summary>
    public bool WaitsForReleases { get; init; }

    /// <summary>Whether the write is a release: L.</summary>
    public bool Releases { get; init; }

    /// <summary>Whether DMB LD and DSB LD order the read: it is not NoRet.</summary>
    public bool Returns { get; init; }

    /// <summary>Whether it is a CAS, which writes only if it succeeds, or writes back what it has read.</summary>
    public bool Compares => Instruction is CompareSwapInstruction;

    /// <summary>Whether it is an STXR, which writes only if it succeeds.</summary>
    public bool IsExclusiveStore => Instruction is StoreExclusiveInstruction;

    /// <summary>Whether its read and its write are one atomic (amo).</summary>
    public bool IsAtomic => Reads && Writes;

    /// <summary>Null for an instruction that accesses no memory.</summary>
    public static ExplicitAccess? Of(Instruction instruction) => instruction switch
    {
        AccessInstruction { Kind: AccessKind.Load } load => new(load, load.Kind, load.Base, load.Index)
        {
            Reads = true,
            Returns = true,
            Target = load.Data,
            Acquires = load.Acquires,
            WaitsForReleases = load.Ordered,
        },
        AccessInstruction store => new(store, store.Kind, store.Base, store.Index)
        {
            Writes = true,
            Source = store.Data,
            Releases = store.Ordered,
        },
        AtomicInstruction atomic => new(atomic, AccessKind.Store, atomic.Base, default)
        {
            Reads = true,
            Writes = true,
            Returns = atomic.Returns,
            Target = atomic.Target,
            Source = atomic.Source,
            // An atomic that returns nothing acquires nothing.
            Acquires = atomic.Acquires && atomic.Returns,
            WaitsForReleases = atomic.Acquires && atomic.Returns,
            Releases = atomic.Release,
        },
        CompareSwapInstruction swap => new(swap, AccessKind.Store, swap.Base, default)
        {
            Reads = true,
            Writes = true,
            Returns = true,
            Target = swap.Compared,
            Source = swap.Source,
            Acquires = swap.Acquires,
            WaitsForReleases = swap.Acquires,
            Releases = swap.Release,
        },
        LoadExclusiveInstruction load => new(load, AccessKind.Load, load.Base, default)
        {
            Reads = true,
            Returns = true,
            Target = load.Target,
            Acquires = load.Acquires,
            WaitsForReleases = load.Acquires,
        },
        StoreExclusiveInstruction store => new(store, AccessKind.Store, store.Base, default)
        {
            Writes = true,
            Source = store.Source,
            Releases = store.Release,
        },
        _ => null,
    };

    /// <summary>Whether an entry of this access has a write, as far as it is known.</summary>
    public bool WritesIn(in WindowEntry entry) =>
        Writes && !(entry.Guess == Guess.Fails && (Compares || IsExclusiveStore));

    /// <summary>Whether every explicit event of an entry of this access is performed.</summary>
    public bool IsPerformed(in WindowEntry entry) =>
        (!Reads || entry.Has(EntryProgress.Read))
            && (!Writes || entry.Has(EntryProgress.Written) || !WritesIn(entry));
}
