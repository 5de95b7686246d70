using Orleans.Mmu.Arm.Walks;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.OutOfOrder;

/// <summary>What a load, a store or an atomic does to memory, in the terms of Arm's model.</summary>
/// <param name="Kind">What its translation must permit.</param>
internal sealed record ExplicitAccess(Instruction Instruction, AccessKind Kind, LitmusRegister Base, LitmusOperand Index)
{
    /// <summary>Whether it has an explicit read.</summary>
    public bool Reads { get; init; }

    /// <summary>Whether it has an explicit write.</summary>
    public bool Writes { get; init; }

    /// <summary>The register that the read writes; XZR for none, and then the read is NoRet.</summary>
    public LitmusRegister Target { get; init; } = new(31, true);

    /// <summary>The register whose value is written or added.</summary>
    public LitmusRegister Source { get; init; } = new(31, true);

    /// <summary>Whether the read is an acquire of either kind: A or Q.</summary>
    public bool Acquires { get; init; }

    /// <summary>Whether the read waits for earlier releases: A.</summary>
    public bool WaitsForReleases { get; init; }

    /// <summary>Whether the write is a release: L.</summary>
    public bool Releases { get; init; }

    /// <summary>Whether DMB LD and DSB LD order the read.</summary>
    public bool Returns => Reads && (!Target.IsZero || !Writes);

    /// <summary>Null for an instruction that accesses no memory.</summary>
    public static ExplicitAccess? Of(Instruction instruction) => instruction switch
    {
        AccessInstruction { Kind: AccessKind.Load } load => new(load, load.Kind, load.Base, load.Index)
        {
            Reads = true,
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
            Target = atomic.Target,
            Source = atomic.Source,
            Acquires = atomic.Acquires,
            WaitsForReleases = atomic.Acquires,
            Releases = atomic.Release,
        },
        _ => null,
    };
}
