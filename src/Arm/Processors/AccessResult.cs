using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Walks;

namespace Orleans.Mmu.Arm.Processors;

/// <summary>The outcome of an explicit access.</summary>
/// <param name="Fault">None, or the reason why there was no translation.</param>
/// <param name="Physical">The physical address that the access reached.</param>
/// <param name="Hit">Whether the TLB held the translation.</param>
/// <param name="Outcome">What the CPU did if several entries matched; with a single entry, it used that one.</param>
public readonly record struct AccessResult(
    WalkFault Fault, Level Level, PhysicalAddress Physical, bool Hit, OverlapBehaviours Outcome =
        OverlapBehaviours.OneEntry)
{
    /// <summary>Whether the access reached memory: it ended neither in a fault nor in a TLB conflict abort.</summary>
    public bool ReachedMemory => Fault == WalkFault.None && Outcome != OverlapBehaviours.ConflictAbort;
}
